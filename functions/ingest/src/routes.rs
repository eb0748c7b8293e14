//! The handlers, one module per kind of thing that is sent.

mod events;
mod firehose;
mod health;
mod json_logs;
pub(crate) mod otlp;
mod profile;
mod rum;
mod summary;

pub(crate) use events::{batch, event};
pub(crate) use firehose::deliver as firehose;
pub(crate) use health::{health, health_of_key};
pub(crate) use json_logs::logs as json_logs;
pub(crate) use profile::profile;
pub(crate) use rum::events as rum;
