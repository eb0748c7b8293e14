//! What a workflow is: a trigger and steps.

mod check;
mod draft;
mod graph;

use std::time::Duration;

use event::EventName;
use serde_json::{Map, Value};

use crate::{Conditions, Destination, Fault, Schedule, StepId};

pub use draft::Draft;

/// Largest definition, in bytes of its JSON.
pub const MAX_DEFINITION_BYTES: usize = 64 * 1024;
/// Steps of a workflow, at most.
pub const MAX_STEPS: usize = 100;
/// The longest wait.
pub const MAX_WAIT: Duration = Duration::from_hours(24 * 30);

/// A workflow that can run: every reference leads somewhere, every step can be reached, every template
/// can be read, and whatever repeats waits in between.
#[derive(Debug, Clone, PartialEq)]
pub struct Definition {
    /// What people call it: 1 to 64 characters.
    pub name: String,
    /// What starts a run.
    pub trigger: Trigger,
    /// The steps, at least one; a run begins with the first.
    pub steps: Vec<Step>,
}

/// What starts a run.
#[derive(Debug, Clone, PartialEq)]
pub enum Trigger {
    /// A call of the API.
    Api,
    /// An event of one of these names for which the conditions hold.
    Event {
        /// The names.
        names: Vec<EventName>,
        /// Over `event`.
        when: Conditions,
    },
    /// A clock.
    Schedule(Schedule),
}

/// A step.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// What its author calls it.
    pub id: StepId,
    /// What it does.
    pub action: Action,
    /// Where the run goes on.
    pub next: Next,
}

/// Where a run goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// At the step of that place in the list.
    Step(usize),
    /// Nowhere: the run is complete.
    End,
}

/// What a step does.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Sends a webhook.
    Webhook(Box<Webhook>),
    /// Sets properties of the profile; texts in them are templates.
    UpdateProfile(Map<String, Value>),
    /// Sends an event of that name about the profile; texts in its properties are templates.
    SendEvent {
        /// The name.
        name: EventName,
        /// The properties.
        properties: Map<String, Value>,
    },
    /// Waits.
    Wait(Duration),
    /// Goes one way or the other.
    Branch {
        /// Over `profile`, `event` and `variables`.
        when: Conditions,
        /// Where they do not hold; where they hold, it is the step's `next`.
        otherwise: Next,
    },
    /// Ends the run.
    Stop,
}

/// A webhook to be sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Webhook {
    /// To whom.
    pub destination: Destination,
    /// Path and query: a template.
    pub path: String,
    /// Further headers; the values are templates.
    pub headers: Vec<(String, String)>,
    /// The body, whose texts are templates; `None`: a body that says what the run knows.
    pub body: Option<Value>,
}

/// What is allowed beyond the rules that always hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rules {
    /// Webhooks may go to the machine itself, and to it by `http`: for development.
    pub loopback: bool,
}

impl Definition {
    /// Reads the JSON of a definition, with all that is wrong in it.
    pub fn parse(json: &str, rules: Rules) -> Result<Self, Vec<Fault>> {
        let draft = draft::read(json)?;
        check::check(draft, Some(rules))
    }

    /// Reads a definition that was saved. Whether the machine itself may be reached was judged then, and
    /// is judged again where it is reached. Its templates were read then, and are read again by whoever
    /// fills them.
    pub fn stored(json: &str) -> Result<Self, Vec<Fault>> {
        let draft = draft::read(json)?;
        check::check(draft, None)
    }

    /// The step of that id and its place.
    pub fn step(&self, id: &StepId) -> Option<&Step> {
        self.steps.iter().find(|step| step.id == *id)
    }

    /// The step a run begins with.
    pub fn first(&self) -> Option<&StepId> {
        self.steps.first().map(|step| &step.id)
    }

    /// The step where a run goes on.
    pub fn at(&self, next: Next) -> Option<&Step> {
        match next {
            Next::Step(place) => self.steps.get(place),
            Next::End => None,
        }
    }

    /// Whether an event of that name may start a run.
    pub fn starts_at(&self, event: &str) -> bool {
        match &self.trigger {
            Trigger::Event { names, .. } => names.iter().any(|name| name.as_str() == event),
            Trigger::Api | Trigger::Schedule(_) => false,
        }
    }
}
