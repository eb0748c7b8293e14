//! Workflows: what one is, and what a run of one does next.
//!
//! Pure: no I/O, no AWS type, no clock. [`Definition::parse`] reads a workflow and refuses what could
//! not run; [`machine`] is the run as a function from its state to the next effect, which somebody else
//! carries out and records.

pub mod address;
mod backoff;
mod condition;
mod definition;
mod destination;
mod fault;
pub mod machine;
mod parts;
mod run;
mod schedule;
mod start;
mod template;

pub use backoff::{GIVE_UP_AFTER, retry_at};
pub use condition::{Condition, Conditions, Operator};
pub use definition::{
    Action, Definition, Draft, MAX_DEFINITION_BYTES, MAX_STEPS, MAX_WAIT, Next, Rules, Step,
    Trigger, Webhook,
};
pub use destination::{Destination, DestinationError};
pub use fault::Fault;
pub use parts::StepId;
pub use run::{
    Attempt, Delivery, Effect, Ended, Inputs, MAX_LIFE, MAX_STEPS_RUN, MAX_TRIES, Message, Origin,
    Outcome, Place, Resume, Run, RunEvent, StepRecord, StepResult,
};
pub use schedule::Schedule;
pub use start::{
    MAX_HOPS, MAX_VARIABLES_BYTES, Window, hops_of, run_id, sent_event_id, trigger_mark,
};
pub use template::{MAX_RENDERED_BYTES, TemplateError};
