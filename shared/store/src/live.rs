//! The newest of what was accepted, for the view that shows events as they come in.
//!
//! The projector writes one item per workspace and window of its stream. Its size is bounded to
//! what one write unit pays for, so a window lists a selection: of each key and name the newest, in
//! turns, so that a busy key does not hide a quiet one. An item's key is a function of what it
//! lists: a window delivered again writes the same item, and one with other borders one whose events
//! the reader knows already by their ids.
//!
//! Items live for a day. They are no projection that a rebuild makes again.

mod document;
mod read;
mod select;
mod write;

use std::time::Duration;

use event::{KeyId, Signal, Source, Timestamp};

pub use read::LiveEvents;
pub use select::LiveWindow;

/// How long a window's list is kept.
const RETENTION: Duration = Duration::from_hours(24);

/// Something that was accepted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LiveEvent {
    /// When its request arrived.
    pub received_at: Timestamp,
    /// When it happened; the newest, of several.
    pub time: Timestamp,
    /// The event's id; of several, the beginning of their chunk's digest.
    pub id: String,
    /// The key it came with.
    pub key_id: KeyId,
    /// The event's name.
    pub name: String,
    /// How many of that name came with one request, where they are not listed one by one: spans,
    /// log records, data points. Else 1.
    pub count: u64,
    /// What it is.
    pub signal: Signal,
    /// The wire format.
    pub source: Source,
}
