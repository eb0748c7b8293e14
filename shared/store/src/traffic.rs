//! Who sent what with a key: per hour up to a thousand rows of address, event name and count.
//!
//! For dry runs of a policy and for suggestions of names. An hour's rows lie in one packed item (per
//! signal and event day, as usage does), which the projector reads, merges and puts on condition
//! of its version. Watermarks inside keep a chunk from being counted twice.
//!
//! Large items would make each window expensive. So an item that has grown to `k` KB takes only one
//! window in `k`, chosen by the window's place in the stream, and counts it `k` times: the cost
//! stays about one write unit per key and window, and the counts become estimates.

mod document;
mod read;
mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::time::Duration;

use event::{Day, KeyId, Signal, Source, Timestamp, WorkspaceId};

use crate::{Sequence, StoredChunk};

/// How long an hour's rows are kept.
const RETENTION: Duration = Duration::from_hours(8 * 24);

/// The chunks whose rows lie in one item.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TrafficPart {
    /// Whose traffic it is.
    pub workspace: WorkspaceId,
    /// The key it came with.
    pub key_id: KeyId,
    /// The first moment of the hour of receipt.
    pub hour: Timestamp,
    /// What was sent.
    pub signal: Signal,
    /// The day that the events are dated.
    pub event_day: Day,
}

impl TrafficPart {
    /// The part to which the chunk belongs.
    pub fn of(chunk: &StoredChunk) -> Self {
        Self {
            workspace: chunk.meta.workspace.clone(),
            key_id: chunk.meta.key_id.clone(),
            hour: chunk.meta.received_at.start_of_hour(),
            signal: chunk.meta.signal,
            event_day: chunk.key.day,
        }
    }
}

/// A chunk by its names, where the stream brought it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrafficChunk {
    /// The shard of the log that it lies in.
    pub shard: u8,
    /// Its place in the stream.
    pub sequence: Sequence,
    /// Where the request came from, where the workspace keeps that.
    pub address: Option<IpAddr>,
    /// Whether it counts for its request: one chunk of each does.
    pub opens_request: bool,
    /// The wire format.
    pub source: Source,
    /// Event name -> number of events.
    pub events: BTreeMap<String, u64>,
}

/// What came with a key in some hours.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyTraffic {
    /// What came from each address; `None`: from addresses that the workspace does not keep.
    pub senders: BTreeMap<Option<IpAddr>, Sender>,
    /// What came beyond the rows that an hour holds.
    pub unlisted: Sender,
    /// Whether counts are estimates, since an hour had too many rows to count every window.
    pub is_estimate: bool,
    /// The wire formats that came.
    pub sources: BTreeSet<Source>,
    /// The first hour with anything.
    pub oldest: Option<Timestamp>,
}

/// What came from one address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sender {
    /// Requests.
    pub requests: u64,
    /// Event name -> number of events. Empty for what is not listed.
    pub events: BTreeMap<String, u64>,
    /// All events, also those whose name is not listed.
    pub event_count: u64,
}
