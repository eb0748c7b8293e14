//! A run: what started it, where it is, what it did.

use std::time::Duration;

use event::{ProfileId, RunId, Timestamp, WorkflowId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Destination, StepId};

/// Steps that one run may take, repeated ones counted again.
pub const MAX_STEPS_RUN: usize = 500;
/// A run that did not end within this time fails.
pub const MAX_LIFE: Duration = Duration::from_hours(24 * 90);
/// So often a step may be begun by somebody who then is no more; after that it fails. What ends a process
/// each time, such as a template that takes all memory, would else do so for ever.
pub const MAX_TRIES: u32 = 3;

/// A run of one version of a workflow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Run {
    /// Its id.
    pub id: RunId,
    /// The workflow.
    pub workflow: WorkflowId,
    /// Its version: one that is changed meanwhile goes on as it began.
    pub version: u64,
    /// When it came into being.
    pub created_at: Timestamp,
    /// What it began with. Never changes, but is emptied when the profile is deleted.
    pub inputs: Inputs,
    /// Where it is.
    pub place: Place,
    /// What it did, in order.
    pub history: Vec<StepRecord>,
    /// Whether the profile was there when it was last looked up; `None`: it was not.
    #[serde(default)]
    pub user_found: Option<bool>,
    /// Whether somebody asked for its end.
    #[serde(default)]
    pub cancelled: bool,
    /// How often the step that it is before was begun again after somebody who then was no more.
    #[serde(default)]
    pub tries: u32,
}

/// What a run began with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Inputs {
    /// What started it.
    pub origin: Origin,
    /// Whom it is about; nobody where a schedule started it, or a call that names nobody.
    pub profile: Option<ProfileId>,
    /// The variables of the call.
    pub variables: Map<String, Value>,
    /// The event.
    pub event: Option<RunEvent>,
    /// How many workflows started one another up to this run.
    #[serde(default)]
    pub hops: u32,
    /// When Weir received the call or the event. A run that repeats another has that of the other.
    #[serde(default)]
    pub received_at: Option<Timestamp>,
}

/// What starts a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A call of the API.
    Api,
    /// An event.
    Event,
    /// A time of its schedule.
    Schedule,
    /// Somebody who wanted that run once more.
    Rerun(RunId),
}

/// The event that started a run, as templates see it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RunEvent {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// When it happened, in milliseconds since 1970.
    pub timestamp: Timestamp,
    /// The known user.
    pub user_id: Option<String>,
    /// The device.
    pub anonymous_id: Option<String>,
    /// The visit.
    pub session_id: Option<String>,
    /// What was sent with it.
    pub properties: Map<String, Value>,
    /// What an SDK said about the device.
    pub device_data: Map<String, Value>,
}

/// Where a run is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "at")]
pub enum Place {
    /// Before a step, which has not begun.
    Before {
        /// The step.
        step: StepId,
    },
    /// In a step whose effect was decided and may have happened.
    In {
        /// The step.
        step: StepId,
        /// When it began.
        since: Timestamp,
        /// What is to happen.
        effect: Box<Effect>,
    },
    /// In a step that waits.
    Waiting {
        /// The step.
        step: StepId,
        /// When it began.
        since: Timestamp,
        /// Until then.
        until: Timestamp,
    },
    /// At its end.
    Ended(Ended),
}

/// The end of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ended {
    /// How.
    pub outcome: Outcome,
    /// When.
    pub ended_at: Timestamp,
    /// The step that failed, or that the run did not come beyond.
    pub step: Option<StepId>,
    /// What went wrong there, or why nobody is to go on.
    pub error: Option<String>,
    /// Where a replay goes on: the step as it was when it failed.
    pub resume: Option<Box<Resume>>,
}

/// A step to go back to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Resume {
    /// The step.
    pub step: StepId,
    /// Its delivery, which keeps its id.
    pub delivery: Option<Delivery>,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It came to its end.
    Completed,
    /// A step failed for good.
    Failed,
    /// Somebody ended it.
    Cancelled,
}

/// What a step is to do to the world. Each can be done twice to the same result: the identifiers and
/// the times are part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "effect")]
pub enum Effect {
    /// Send a webhook.
    Deliver(Delivery),
    /// Set properties of the profile.
    UpdateProfile {
        /// The text of a JSON object.
        properties: String,
        /// When it is so.
        at: Timestamp,
    },
    /// Send an event into Weir.
    SendEvent {
        /// Its id.
        id: String,
        /// Its name.
        name: String,
        /// The text of a JSON object.
        properties: String,
        /// When it happened.
        at: Timestamp,
    },
}

/// A webhook on its way: one message, however many attempts it takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Delivery {
    /// What is sent. The same in every attempt.
    pub message: Message,
    /// When the first attempt was made, or would have been but for a pause of the destination; `None`:
    /// neither was.
    pub first_at: Option<Timestamp>,
    /// Attempts that failed.
    pub attempts: u32,
    /// No attempt before this moment.
    pub not_before: Option<Timestamp>,
    /// What came of the last attempt.
    pub last: Option<Attempt>,
}

/// What a webhook says, filled and final.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// `webhook-id`, by which the receiver knows it again.
    pub id: String,
    /// To whom.
    pub destination: Destination,
    /// Path and query.
    pub path: String,
    /// Further headers.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

/// What came of one attempt to deliver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// When.
    pub at: Timestamp,
    /// How long it took, in milliseconds.
    pub took: u64,
    /// The status that the receiver answered with.
    pub status: Option<u16>,
    /// Why there was no answer, or no good one.
    pub error: Option<String>,
}

/// A step that a run took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StepRecord {
    /// The step.
    pub step: StepId,
    /// When it began.
    pub started_at: Timestamp,
    /// When it was done.
    pub ended_at: Timestamp,
    /// What came of it.
    pub result: StepResult,
    /// Attempts of a webhook.
    #[serde(default)]
    pub attempts: u32,
    /// The last attempt of a webhook.
    #[serde(default)]
    pub last: Option<Attempt>,
}

/// What came of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepResult {
    /// It was done.
    Done,
    /// Its conditions held.
    Held,
    /// Its conditions did not hold.
    DidNotHold,
    /// It failed.
    Failed,
}

impl Run {
    /// A run that begins with that step.
    pub fn new(
        id: RunId,
        workflow: WorkflowId,
        version: u64,
        first: StepId,
        inputs: Inputs,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            workflow,
            version,
            created_at: now,
            inputs,
            place: Place::Before { step: first },
            history: Vec::new(),
            user_found: None,
            cancelled: false,
            tries: 0,
        }
    }

    /// How it ended, if it did.
    pub const fn ended(&self) -> Option<&Ended> {
        match &self.place {
            Place::Ended(ended) => Some(ended),
            Place::Before { .. } | Place::In { .. } | Place::Waiting { .. } => None,
        }
    }

    /// When what it is about was received.
    pub fn received_at(&self) -> Timestamp {
        self.inputs.received_at.unwrap_or(self.created_at)
    }

    /// Whether it is at a step whose effect is decided.
    pub const fn is_decided(&self) -> bool {
        matches!(self.place, Place::In { .. })
    }

    /// The delivery that it is at.
    pub fn delivery(&self) -> Option<&Delivery> {
        match &self.place {
            Place::In { effect, .. } => match effect.as_ref() {
                Effect::Deliver(delivery) => Some(delivery),
                Effect::UpdateProfile { .. } | Effect::SendEvent { .. } => None,
            },
            Place::Before { .. } | Place::Waiting { .. } | Place::Ended(_) => None,
        }
    }

    /// Nothing is to be done before this moment; `None`: something is to be done now.
    pub fn due_at(&self) -> Option<Timestamp> {
        match &self.place {
            Place::Waiting { until, .. } => Some(*until),
            Place::In { .. } => self.delivery()?.not_before,
            Place::Before { .. } | Place::Ended(_) => None,
        }
    }
}
