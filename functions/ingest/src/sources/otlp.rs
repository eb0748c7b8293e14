//! OpenTelemetry over HTTP: spans, log records and data points, as protobuf or as JSON.
//!
//! A body is not decoded at once: a message of two bytes takes hundreds in memory, so a hostile body
//! could fill it. [`proto`] and [`json`] find the records in the body; then each is decoded by itself
//! into its message type, rendered as JSON, and forgotten. What a record's scope and resource say is
//! rendered once and shared.

mod group;
mod json;
mod proto;
mod render;

use std::borrow::Cow;
use std::sync::OnceLock;

use event::{Signal, Timestamp};

use self::group::{Group, Message, Payload};
use self::render::{Context, Renderer};
use super::records::{MAX_RECORD_BYTES, Outcomes, too_large};
use super::{Draft, Invalid, Members, Outcome, Unreadable};

/// Which of the three kinds of request this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `ExportTraceServiceRequest`.
    Traces,
    /// `ExportLogsServiceRequest`.
    Logs,
    /// `ExportMetricsServiceRequest`.
    Metrics,
}

impl Kind {
    /// Where its records go in the log.
    pub const fn signal(self) -> Signal {
        match self {
            Self::Traces => Signal::Spans,
            Self::Logs => Signal::Logs,
            Self::Metrics => Signal::MetricPoints,
        }
    }
}

/// How the messages are encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// `application/x-protobuf`.
    Protobuf,
    /// `application/json`.
    Json,
}

/// What the records of a request share: the text of each scope with its resource. Made by
/// [`decode`]; its events borrow from it.
#[derive(Debug, Default)]
pub struct Contexts(OnceLock<Vec<Context>>);

/// Reads the body of an export request: a span is an event named `span`, a log record one named
/// `log`, a data point one named `metric`.
pub fn decode<'a>(
    kind: Kind,
    encoding: Encoding,
    body: &'a [u8],
    contexts: &'a Contexts,
    received_at: Timestamp,
) -> Result<Vec<Outcome<'a>>, Unreadable> {
    match encoding {
        Encoding::Protobuf => events(kind, &proto::groups(kind, body)?, contexts, received_at),
        Encoding::Json => events(kind, &json::groups(kind, body)?, contexts, received_at),
    }
}

fn events<'a, P: Payload>(
    kind: Kind,
    groups: &[Group<'_, P>],
    contexts: &'a Contexts,
    received_at: Timestamp,
) -> Result<Vec<Outcome<'a>>, Unreadable> {
    let texts = render::contexts(groups);
    let contexts = contexts.0.get_or_init(|| texts);
    let mut outcomes = Outcomes::new(received_at);
    outcomes.reserve(groups.iter().map(|group| group.records.len()).sum());
    let mut buffers = Renderer::default();
    for (group, context) in groups.iter().zip(contexts) {
        for &payload in &group.records {
            let context = context.as_ref().map_err(Invalid::clone);
            let draft = context.and_then(|context| {
                let (time, properties) = render::record(kind, group, payload, &mut buffers)?;
                let context = context.as_deref().map(Cow::Borrowed);
                Ok(Draft {
                    id: None,
                    name: Cow::Borrowed(name(kind)),
                    members: Members::of_machine(time, received_at, properties.into(), context),
                })
            });
            outcomes.push(draft)?;
        }
    }
    Ok(outcomes.into_vec())
}

/// The name that event rules know the records by.
const fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Traces => "span",
        Kind::Logs => super::records::LOG,
        Kind::Metrics => "metric",
    }
}

/// The message in a payload, if it is one and not too large.
fn read<M: Message, P: Payload>(payload: P) -> Result<M, Invalid> {
    let mut message = M::default();
    read_into(payload, &mut message)?;
    Ok(message)
}

/// As [`read`], into a message that was used before.
fn read_into<M: Message, P: Payload>(payload: P, message: &mut M) -> Result<(), Invalid> {
    if payload.size() > MAX_RECORD_BYTES {
        return Err(too_large());
    }
    payload
        .read_into(message)
        .ok_or_else(|| Invalid::at("", "is no message of its type"))
}
