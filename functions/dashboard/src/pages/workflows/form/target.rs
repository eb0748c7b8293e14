//! Where a run goes on, as a select of steps has it: by the step's place, so that another id for a step
//! changes no way to it.

use super::step::Step;

/// Where a run goes on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Target {
    /// At the step behind; after the last nowhere.
    #[default]
    Behind,
    /// At the step of that place.
    Step(usize),
    /// At one of that id, which there is not, or no longer.
    Gone(String),
}

/// What marks an id among places.
const ID: char = '=';

impl Target {
    /// What a definition says by a step's id.
    pub(super) fn of(id: Option<&str>, ids: &[&str]) -> Self {
        match id {
            None => Self::Behind,
            Some(id) => match ids.iter().position(|it| *it == id) {
                Some(place) => Self::Step(place),
                None => Self::Gone(id.to_owned()),
            },
        }
    }

    /// The id in a definition; none: the step behind.
    pub(super) fn id(&self, steps: &[Step]) -> Option<String> {
        match self {
            Self::Behind => None,
            Self::Step(place) => {
                let step = steps.get(*place);
                Some(step.map_or_else(String::new, |step| step.id.trim().to_owned()))
            }
            Self::Gone(id) => Some(id.clone()),
        }
    }

    /// The value of the select.
    pub(super) fn value(&self) -> String {
        match self {
            Self::Behind => String::new(),
            Self::Step(place) => place.to_string(),
            Self::Gone(id) => format!("{ID}{id}"),
        }
    }

    /// What a select was sent with.
    pub(super) fn read(value: &str) -> Self {
        match (value.strip_prefix(ID), value.parse()) {
            (Some(id), _) => Self::Gone(id.to_owned()),
            (None, Ok(place)) => Self::Step(place),
            (None, Err(_)) => Self::Behind,
        }
    }

    /// Goes with its step, of which `order` says the old places, to its new place.
    pub(super) fn follow(&mut self, order: &[usize], old_ids: &[String]) {
        if let Self::Step(place) = self {
            *self = match order.iter().position(|old| old == place) {
                Some(new) => Self::Step(new),
                None => Self::Gone(old_ids.get(*place).cloned().unwrap_or_default()),
            };
        }
    }
}
