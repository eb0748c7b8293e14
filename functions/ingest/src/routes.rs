//! The handlers, one module per kind of thing that is sent.

pub(crate) mod events;
pub(crate) mod firehose;
pub(crate) mod health;
pub(crate) mod json_logs;
pub(crate) mod otlp;
pub(crate) mod profile;
pub(crate) mod remote_config;
pub(crate) mod rum;
pub(crate) mod snippet;
mod summary;
pub(crate) mod workflow;

pub(crate) use events::{batch, event};
pub(crate) use health::{health, health_of_key};
pub(crate) use json_logs::logs as json_logs;
pub(crate) use profile::profile;
pub(crate) use remote_config::remote_config;
pub(crate) use rum::events as rum;
pub(crate) use snippet::script as snippet;
pub(crate) use workflow::trigger;
