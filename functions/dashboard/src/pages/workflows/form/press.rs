//! The buttons of the form: each is a step that changes what is typed, and shows it again.

use workflow::MAX_STEPS;

use super::lists::Rows;
use super::path::{Segment, id_of, segments};
use super::shape::StepKind;
use super::step::Step;
use super::typed::Typed;

/// What a button asks for. A path names a list of rows, or a row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Press {
    /// The form again.
    #[default]
    Nothing,
    Save,
    /// Whether it may be saved.
    Check,
    /// The other view of the same definition.
    AsJson,
    AsForm,
    /// A new step of that type.
    AddStep(String),
    RemoveStep(usize),
    MoveUp(usize),
    MoveDown(usize),
    AddRow(String),
    RemoveRow(String),
}

impl Press {
    /// The value of a button.
    pub(crate) fn read(value: &str) -> Self {
        let (word, what) = value.split_once(' ').unwrap_or((value, ""));
        let place = |step: fn(usize) -> Self| what.parse().map_or(Self::Nothing, step);
        match word {
            "save" => Self::Save,
            "check" => Self::Check,
            "json" => Self::AsJson,
            "form" => Self::AsForm,
            "add-step" => Self::AddStep(what.to_owned()),
            "remove-step" => place(Self::RemoveStep),
            "up" => place(Self::MoveUp),
            "down" => place(Self::MoveDown),
            "add" => Self::AddRow(what.to_owned()),
            "remove" => Self::RemoveRow(what.to_owned()),
            _ => Self::Nothing,
        }
    }
}

impl Typed {
    /// Does what the button asks for; the id of the element where somebody goes on. `before` is the place
    /// of a new step; none: the end.
    pub(crate) fn press(&mut self, press: &Press, before: Option<usize>) -> Option<String> {
        match press {
            Press::AddStep(kind) => self.add_step(kind, before),
            Press::RemoveStep(place) => Some(self.remove_step(*place)),
            Press::MoveUp(place) => self.swap(place.checked_sub(1)?, *place, true),
            Press::MoveDown(place) => self.swap(*place, place.checked_add(1)?, false),
            Press::AddRow(list) => {
                let (place, first) = self.rows(&segments(list))?.add();
                Some(id_of(&format!("{list}[{place}].{first}")))
            }
            Press::RemoveRow(row) => {
                let path = segments(row);
                let place = path.last()?.1?;
                self.rows(&path)?.remove(place);
                let list = row.rsplit_once('[').map_or("", |(list, _)| list);
                Some(format!("{}-add", id_of(list)))
            }
            Press::Nothing | Press::Save | Press::Check | Press::AsJson | Press::AsForm => None,
        }
    }

    fn add_step(&mut self, kind: &str, before: Option<usize>) -> Option<String> {
        let kind = StepKind::named(kind)?;
        let last = self.steps.len();
        if last >= MAX_STEPS {
            return None;
        }
        let place = before.filter(|place| *place < last).unwrap_or(last);
        self.steps.push(Step::new(kind, self.new_id(kind)));
        let others = 0..last;
        let order: Vec<_> = others
            .clone()
            .take(place)
            .chain([last])
            .chain(others.skip(place))
            .collect();
        self.reorder(&order);
        Some(id_of(&format!("steps[{place}].id")))
    }

    fn remove_step(&mut self, place: usize) -> String {
        let order: Vec<_> = (0..self.steps.len()).filter(|it| *it != place).collect();
        self.reorder(&order);
        if place < self.steps.len() {
            id_of(&format!("steps[{place}]"))
        } else {
            "steps".to_owned()
        }
    }

    /// Changes the places of two neighbours; whoever has moved one may go on moving it.
    fn swap(&mut self, upper: usize, lower: usize, up: bool) -> Option<String> {
        let mut order: Vec<_> = (0..self.steps.len()).collect();
        if lower >= order.len() {
            return None;
        }
        order.swap(upper, lower);
        self.reorder(&order);
        let last = self.steps.len() - 1;
        let (place, button) = match (up, upper == 0, lower == last) {
            (true, true, _) => (upper, "down"),
            (true, false, _) => (upper, "up"),
            (false, _, true) => (lower, "up"),
            (false, _, false) => (lower, "down"),
        };
        Some(format!("{}-{button}", id_of(&format!("steps[{place}]"))))
    }

    /// Puts the steps of these old places one after the other; ways lead to the steps that they led to.
    fn reorder(&mut self, order: &[usize]) {
        let old_ids: Vec<_> = self.steps.iter().map(|step| step.id.clone()).collect();
        let mut old: Vec<_> = std::mem::take(&mut self.steps)
            .into_iter()
            .map(Some)
            .collect();
        let steps = order.iter().filter_map(|place| old.get_mut(*place)?.take());
        self.steps = steps.collect();
        for step in &mut self.steps {
            step.next.follow(order, &old_ids);
            step.otherwise.follow(order, &old_ids);
        }
    }

    /// An id that no step has.
    fn new_id(&self, kind: StepKind) -> String {
        let is_free = |id: &String| self.steps.iter().all(|step| step.id.trim() != id);
        let first = kind.as_str().to_owned();
        let numbered = (2..).map(|number| format!("{}_{number}", kind.as_str()));
        let mut ids = std::iter::once(first).chain(numbered);
        ids.find(is_free).unwrap_or_default()
    }

    fn rows(&mut self, path: &[Segment<'_>]) -> Option<Rows<'_>> {
        match path {
            [("trigger", None), ("when", None), rest @ ..] => self.trigger.when.rows(rest),
            [("steps", Some(place)), rest @ ..] => self.steps.get_mut(*place)?.rows(rest),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::target::Target;
    use super::*;

    fn typed() -> Typed {
        let mut typed = Typed::default();
        for kind in ["branch", "wait", "wait", "stop"] {
            typed.press(&Press::AddStep(kind.to_owned()), None);
        }
        typed.steps[0].next = Target::Step(1);
        typed.steps[0].otherwise = Target::Step(3);
        typed
    }

    fn ids(typed: &Typed) -> Vec<&str> {
        typed.steps.iter().map(|step| step.id.as_str()).collect()
    }

    fn ways(typed: &Typed) -> Vec<Option<String>> {
        let branch = typed.steps.iter().find(|step| step.id == "branch").unwrap();
        [&branch.next, &branch.otherwise]
            .map(|way| way.id(&typed.steps))
            .to_vec()
    }

    #[test]
    fn a_new_step_has_an_id_of_its_own_and_the_place_that_was_chosen() {
        let mut typed = typed();
        assert_eq!(ids(&typed), ["branch", "wait", "wait_2", "stop"]);
        let focus = typed.press(&Press::read("add-step webhook"), Some(1));
        assert_eq!(focus.as_deref(), Some("steps-1-id"));
        assert_eq!(ids(&typed), ["branch", "webhook", "wait", "wait_2", "stop"]);
        assert_eq!(
            ways(&typed),
            [Some("wait".to_owned()), Some("stop".to_owned())]
        );
    }

    #[test]
    fn ways_follow_the_steps_that_they_lead_to_and_tell_when_one_is_gone() {
        let mut typed = typed();
        assert_eq!(
            typed.press(&Press::read("up 3"), None).as_deref(),
            Some("steps-2-up")
        );
        assert_eq!(
            typed.press(&Press::read("down 0"), None).as_deref(),
            Some("steps-1-down")
        );
        assert_eq!(ids(&typed), ["wait", "branch", "stop", "wait_2"]);
        assert_eq!(
            ways(&typed),
            [Some("wait".to_owned()), Some("stop".to_owned())]
        );
        typed.steps[0].id = "pause".to_owned();
        assert_eq!(ways(&typed)[0].as_deref(), Some("pause"));
        typed.press(&Press::read("remove-step 0"), None);
        assert_eq!(typed.steps[0].next, Target::Gone("pause".to_owned()));
        assert_eq!(
            ways(&typed),
            [Some("pause".to_owned()), Some("stop".to_owned())]
        );
    }

    #[test]
    fn rows_come_and_go() {
        let mut typed = typed();
        let focus = typed.press(&Press::read("add steps[0].when.any"), None);
        assert_eq!(focus.as_deref(), Some("steps-0-when-any-0-path"));
        typed.press(&Press::read("add trigger.when.all"), None);
        assert_eq!(
            (typed.steps[0].when.any.len(), typed.trigger.when.all.len()),
            (1, 1)
        );
        let focus = typed.press(&Press::read("remove steps[0].when.any[0]"), None);
        assert_eq!(focus.as_deref(), Some("steps-0-when-any-add"));
        assert_eq!(typed.steps[0].when.any, []);
    }

    #[test]
    fn buttons_that_no_form_has_change_nothing() {
        for value in [
            "",
            "up 0",
            "down 3",
            "down 18446744073709551615",
            "up x",
            "remove-step 9",
            "add-step x",
            "add ",
            "add steps[9].headers",
            "add name",
            "remove steps[0].when.all[7]",
            "remove steps[0].when.all",
            "remove steps[0]",
            "drop table",
        ] {
            let mut pressed = typed();
            pressed.press(&Press::read(value), None);
            assert_eq!(pressed, typed(), "{value}");
        }
    }

    #[test]
    fn there_are_a_hundred_steps_at_most() {
        let mut typed = Typed::default();
        for _ in 0..=MAX_STEPS {
            typed.press(&Press::read("add-step stop"), None);
        }
        assert_eq!(typed.steps.len(), MAX_STEPS);
    }
}
