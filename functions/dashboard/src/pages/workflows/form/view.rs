//! The form as the templates show it.

use std::fmt::Display;

use control::FieldError;

use super::condition::{Condition, OPERATORS};
use super::faults::Fault;
use super::how_long::{HowLong, Unit};
use super::path::id_of;
use super::shape::{StepKind, TriggerKind};
use super::step::Step;
use super::target::Target;
use super::typed::Typed;
use super::value::{Value, ValueKind};

/// The element that says what is wrong, above the form.
const SUMMARY: &str = "faults";

/// What somebody has typed, and what is said about it.
#[derive(Debug, Default)]
pub(crate) struct Form {
    pub(crate) typed: Typed,
    pub(crate) faults: Vec<Fault>,
    /// The id of the element where somebody goes on.
    pub(crate) focus: Option<String>,
    /// Where the next new step goes.
    pub(crate) before: Option<usize>,
}

/// A field: what its tag says beside its value.
#[derive(Debug)]
pub(crate) struct Field {
    /// The path of what it holds.
    pub(crate) name: String,
    pub(crate) id: String,
    /// What is wrong with it.
    pub(crate) wrong: Vec<String>,
    pub(crate) has_focus: bool,
}

/// One of several things to choose.
#[derive(Debug)]
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) is_chosen: bool,
}

/// A step at its place.
#[derive(Debug)]
pub(crate) struct Placed<'a> {
    pub(crate) place: usize,
    pub(crate) step: &'a Step,
    pub(crate) is_last: bool,
}

impl Form {
    /// What is typed, to be gone on with at that element.
    pub(crate) fn at(typed: Typed, focus: Option<String>) -> Self {
        Self {
            typed,
            focus,
            ..Self::default()
        }
    }

    /// What is wrong comes to the front.
    pub(crate) fn show(&mut self, faults: Vec<Fault>) {
        self.faults = faults;
        self.focus = Some(SUMMARY.to_owned());
    }

    /// Says why a step of the edit was not done.
    pub(crate) fn refuse(&mut self, path: &str, message: String) {
        let path = path.to_owned();
        let error = FieldError { path, message };
        let faults = self.typed.faults(std::iter::once(&error), &[]);
        self.show(faults);
    }

    /// The field of that path.
    pub(crate) fn field(&self, path: impl Display) -> Field {
        let name = path.to_string();
        let id = id_of(&name);
        let about = self.faults.iter().filter(|fault| fault.field == name);
        Field {
            wrong: about.map(Fault::beside).collect(),
            has_focus: self.is_at(&id),
            name,
            id,
        }
    }

    /// The path of a row of a list.
    #[expect(clippy::unused_self, reason = "templates call methods")]
    pub(crate) fn row(&self, list: impl Display, place: impl Display) -> String {
        format!("{list}[{place}]")
    }

    /// The field of a row.
    pub(crate) fn member(&self, row: impl Display, member: &str) -> Field {
        self.field(format!("{row}.{member}"))
    }

    /// Whether somebody goes on at that element.
    pub(crate) fn is_at(&self, id: &str) -> bool {
        self.focus.as_deref() == Some(id)
    }

    /// Whether somebody goes on at that button of a group.
    pub(crate) fn is_at_button(&self, group: &Field, name: &str) -> bool {
        self.is_at(&format!("{}-{name}", group.id))
    }

    pub(crate) fn steps(&self) -> impl Iterator<Item = Placed<'_>> {
        let last = self.typed.steps.len().saturating_sub(1);
        let steps = self.typed.steps.iter().enumerate();
        steps.map(move |(place, step)| Placed {
            place,
            step,
            is_last: place == last,
        })
    }

    /// Where a run may go on behind a step.
    pub(crate) fn targets(&self, placed: &Placed<'_>, chosen: &Target) -> Vec<Choice> {
        let behind = if placed.is_last {
            "The end: the run is complete"
        } else {
            "The step behind"
        };
        let mut choices = vec![Choice::new(&Target::Behind, behind.to_owned(), chosen)];
        for (place, step) in self.typed.steps.iter().enumerate() {
            choices.push(Choice::new(
                &Target::Step(place),
                named(place, step),
                chosen,
            ));
        }
        if let Target::Gone(id) = chosen {
            choices.push(Choice::new(
                chosen,
                format!("{id}: there is no such step"),
                chosen,
            ));
        }
        choices
    }

    /// The places of a new step.
    pub(crate) fn places(&self) -> Vec<Choice> {
        let place = |place: Option<usize>, label: String| Choice {
            value: place.map_or_else(String::new, |place| place.to_string()),
            label,
            is_chosen: place == self.before,
        };
        let steps = self.typed.steps.iter().enumerate();
        let before = steps.map(|(at, step)| place(Some(at), format!("Before {}", named(at, step))));
        std::iter::once(place(None, "At the end".to_owned()))
            .chain(before)
            .collect()
    }

    pub(crate) fn triggers() -> [TriggerKind; 3] {
        TriggerKind::ALL
    }

    pub(crate) fn step_kinds() -> [StepKind; 6] {
        StepKind::ALL
    }
}

/// A step among others.
fn named(place: usize, step: &Step) -> String {
    let number = place + 1;
    match step.id.trim() {
        "" => format!("{number}. {}", step.kind.label()),
        id => format!("{number}. {id}"),
    }
}

impl Choice {
    fn new(target: &Target, label: String, chosen: &Target) -> Self {
        Self {
            value: target.value(),
            label,
            is_chosen: target == chosen,
        }
    }

    /// One of a closed list.
    fn known(value: &str, label: &str, is_chosen: bool) -> Self {
        Self {
            value: value.to_owned(),
            label: label.to_owned(),
            is_chosen,
        }
    }
}

impl HowLong {
    /// All units.
    pub(crate) fn units(&self) -> Vec<Choice> {
        let choice = |unit: Unit| Choice::known(unit.as_str(), unit.as_str(), unit == self.unit);
        Unit::ALL.into_iter().map(choice).collect()
    }

    /// Minutes and what is larger; seconds where that is what it is in.
    pub(crate) fn larger_units(&self) -> Vec<Choice> {
        let mut units = self.units();
        units.retain(|unit| unit.is_chosen || unit.value != Unit::Seconds.as_str());
        units
    }
}

impl Value {
    /// The types of values.
    pub(crate) fn kinds(&self) -> Vec<Choice> {
        let choice =
            |kind: ValueKind| Choice::known(kind.as_str(), kind.label(), kind == self.kind);
        ValueKind::ALL.into_iter().map(choice).collect()
    }
}

impl Condition {
    /// The operators.
    pub(crate) fn operators(&self) -> Vec<Choice> {
        let choice =
            |(operator, name, words)| Choice::known(name, words, operator == self.operator);
        OPERATORS.into_iter().map(choice).collect()
    }
}

impl Placed<'_> {
    pub(crate) fn number(&self) -> usize {
        self.place + 1
    }

    /// The path of one of its members.
    pub(crate) fn path(&self, member: &str) -> String {
        format!("steps[{}].{member}", self.place)
    }

    /// Its own path.
    pub(crate) fn own_path(&self) -> String {
        format!("steps[{}]", self.place)
    }

    pub(crate) fn is_kind(&self, kind: &str) -> bool {
        self.step.kind.as_str() == kind
    }
}
