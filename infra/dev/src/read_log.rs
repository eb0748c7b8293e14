//! The events of the log in full, one JSON object to a line.

use std::io::{self, ErrorKind, Write as _};

use anyhow::{Context as _, Error, Result};
use edge::Runtime;
use event::{Event, Provenance, Signal};
use serde::Serialize;
use serde_json::value::RawValue;
use store::StoredChunk;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Which part of the log: events, spans, logs, metricPoints, profiles or triggers
    #[arg(long, value_parser = signal)]
    signal: Signal,
}

fn signal(name: &str) -> Result<Signal, String> {
    Signal::parse(name).ok_or_else(|| {
        let names = Signal::ALL.map(Signal::as_str).join(", ");
        format!("must be one of {names}")
    })
}

/// One event, with all that is known of it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    workspace: &'a str,
    id: String,
    name: &'a str,
    /// Milliseconds since 1970.
    timestamp: i64,
    /// Whether the sender gave the time.
    time_given: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    anonymous_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    properties: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    device_data: Option<&'a RawValue>,
    /// Milliseconds since 1970.
    received_at: i64,
    source: &'a str,
    key_id: &'a str,
}

/// Prints what lies in the store that the environment names, in no order.
pub(crate) async fn run(options: &Options) -> Result<()> {
    let runtime = Runtime::start()?;
    let mut scan = runtime.store.all_chunks(0, 1);
    while let Some(chunks) = scan.next().await? {
        for chunk in &chunks {
            if chunk.meta.signal != options.signal {
                continue;
            }
            match print(chunk) {
                Err(error) if is_closed(&error) => return Ok(()),
                printed => printed?,
            }
        }
    }
    Ok(())
}

fn print(chunk: &StoredChunk) -> Result<()> {
    let provenance = chunk.provenance();
    let mut out = io::stdout().lock();
    for event in &chunk.events()? {
        let line = line(chunk.meta.workspace.as_str(), event, &provenance)?;
        serde_json::to_writer(&mut out, &line).map_err(io::Error::from)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// Whether the reader has seen enough.
fn is_closed(error: &Error) -> bool {
    let error = error.downcast_ref::<io::Error>();
    error.is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}

fn line<'a>(
    workspace: &'a str,
    event: &'a Event<'_>,
    provenance: &'a Provenance,
) -> Result<Line<'a>> {
    Ok(Line {
        workspace,
        id: event.id.to_string(),
        name: &event.name,
        timestamp: event.timestamp.as_millis(),
        time_given: event.time_given,
        user_id: event.user_id.as_deref(),
        anonymous_id: event.anonymous_id.as_deref(),
        session_id: event.session_id.as_deref(),
        external_id: event.external_id.as_deref(),
        properties: event.properties.as_deref().map(json).transpose()?,
        device_data: event.device_data.as_deref().map(json).transpose()?,
        received_at: provenance.received_at.as_millis(),
        source: provenance.source.as_str(),
        key_id: provenance.key_id.as_str(),
    })
}

/// The text to the letter.
fn json(text: &str) -> Result<&RawValue> {
    serde_json::from_str(text).context("a stored event holds text that is not JSON")
}
