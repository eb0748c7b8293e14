//! Logs, and CloudWatch metrics: aggregated, written and read.
//!
//! [`Metrics`] adds up what happens in one process and sends it on in intervals, off every request's
//! path. [`read`] is the way back, for graphs. [`init_tracing`] sets up the log.
//!
//! Nothing of a client's data leaves through here: the one dimension beside a refusal's reason is the
//! workspace, never a key, an address or a value of an event.

mod cloudwatch;
mod distribution;
mod emf;
mod interval;
mod log;
mod metric;
mod metrics;
mod namespace;
pub mod read;
mod recording;

pub use interval::Interval;
pub use log::{LogError, LogFormat, init_tracing};
pub use metrics::{Metrics, Sink};
pub use namespace::Namespace;
