//! Logs as JSON objects: in an array, one to a line, one behind the other without a separator, or in
//! Fluent Bit's msgpack.
//!
//! A record's properties are its text as it was sent. Only where its message stands under another
//! name than `message` is it written anew.

mod found;
pub(super) mod moment;
mod msgpack;
mod stream;

use std::borrow::Cow;

use event::Timestamp;

pub(super) use self::found::Found;
use super::json::{self, Member};
use super::records::{LOG, Outcomes};
use super::{Draft, Invalid, Members, Outcome, Unreadable};

pub(super) use self::stream::{array, objects};

/// How the records are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Objects as JSON, in whatever arrangement.
    Json,
    /// Fluent Bit's `[[time, metadata], record]`, one behind the other.
    Msgpack,
}

/// Reads a body of log records. Where one cannot be read, those around it are kept, unless the body is
/// one JSON array: that is valid as a whole or not at all.
pub fn decode(
    format: Format,
    body: &[u8],
    received_at: Timestamp,
) -> Result<Vec<Outcome<'_>>, Unreadable> {
    let mut outcomes = Outcomes::new(received_at);
    match format {
        Format::Json => stream::read(body, &mut outcomes)?,
        Format::Msgpack => msgpack::read(body, &mut outcomes)?,
    }
    Ok(outcomes.into_vec())
}

/// The event of a record, by what was found in its text.
pub(super) fn draft(
    text: Cow<'_, str>,
    found: Found,
    received_at: Timestamp,
) -> Result<Draft<'_>, Invalid> {
    let properties = match found.message() {
        None | Some(found::MESSAGE) => text,
        Some(other) => json::rewrite(&text, |name| {
            if name == other {
                Member::Renamed(found::MESSAGE)
            } else {
                Member::Kept
            }
        })?
        .into(),
    };
    Ok(Draft {
        id: None,
        name: Cow::Borrowed(LOG),
        members: Members::of_machine(found.time(received_at), received_at, properties, None),
    })
}

/// The event of a line that is no JSON.
pub(super) fn plain(line: &str, received_at: Timestamp) -> Result<Draft<'static>, Invalid> {
    let message = serde_json::to_string(line).map_err(|_| Invalid::at("", "is no text"))?;
    let properties = format!("{{\"{}\":{message}}}", found::MESSAGE);
    Ok(Draft {
        id: None,
        name: Cow::Borrowed(LOG),
        members: Members::of_machine(None, received_at, properties.into(), None),
    })
}
