//! How much each key is used: per key and hour what was accepted, what was refused, what was read.
//!
//! Accepted traffic is projected from the log ([`Store::count_accepted`]): the functions that take it
//! write nothing for it. An item holds a key's day, one counter per hour, and beside the counters
//! a **watermark** per shard of the log: the stream's sequence number of the last chunk that was
//! counted. Counters and watermarks move in one conditional write, so a chunk is counted once,
//! however often the stream delivers it and wherever its batches begin.
//!
//! Why a watermark per shard: all chunks of a log partition come in one order, those of different
//! partitions in any. An item is about one signal and one event day, so it has no more partitions
//! than [`SHARDS`](event::chunk::SHARDS), and its size is bounded.
//!
//! Refusals and reads leave no trace in the log. Functions add them up and bring the sums
//! ([`Store::count_direct`]).

mod accepted;
mod direct;
mod read;
mod seen;

use std::collections::BTreeMap;
use std::time::Duration;

use event::{Day, KeyId, Signal, Timestamp, WorkspaceId};
use policy::SecretSlot;

use crate::{Sequence, StoredChunk};

pub use read::{HourUsage, KeyUsage};
pub(crate) use seen::Marks;

/// How long hours are kept after their day of receipt.
pub(crate) const RETENTION: Duration = Duration::from_hours(35 * 24);

/// The chunks that one usage item counts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct UsagePart {
    /// Whose traffic it is.
    pub workspace: WorkspaceId,
    /// The key it came with.
    pub key_id: KeyId,
    /// The day of receipt.
    pub received_on: Day,
    /// What was sent.
    pub signal: Signal,
    /// The day that the events are dated.
    pub event_day: Day,
}

impl UsagePart {
    /// The part to which the chunk belongs.
    pub fn of(chunk: &StoredChunk) -> Self {
        Self {
            workspace: chunk.meta.workspace.clone(),
            key_id: chunk.meta.key_id.clone(),
            received_on: chunk.meta.received_at.day(),
            signal: chunk.meta.signal,
            event_day: chunk.key.day,
        }
    }
}

/// A chunk as usage counts it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// When its request arrived.
    pub received_at: Timestamp,
    /// Number of events.
    pub events: u64,
    /// Whether it counts for its request: one chunk of each does.
    pub opens_request: bool,
    /// Which of the key's secrets it came with.
    pub slot: SecretSlot,
}

impl Receipt {
    /// What usage counts of the chunk.
    pub fn of(chunk: &StoredChunk) -> Self {
        Self {
            received_at: chunk.meta.received_at,
            events: chunk.count.into(),
            opens_request: !chunk.meta.continues_request,
            slot: chunk.meta.slot,
        }
    }
}

/// A chunk where the stream brought it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamedReceipt {
    /// The shard of the log that it lies in.
    pub shard: u8,
    /// Its place in the stream.
    pub sequence: Sequence,
    /// What is counted.
    pub receipt: Receipt,
}

/// Sums of a day's chunks, by hour of the day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AcceptedCounts {
    hours: BTreeMap<i64, HourCounts>,
    last_used: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct HourCounts {
    events: u64,
    requests: u64,
    old_events: u64,
    old_requests: u64,
}

impl AcceptedCounts {
    /// Adds a chunk.
    pub fn add(&mut self, receipt: &Receipt) {
        let hour = self
            .hours
            .entry(receipt.received_at.hour_of_day())
            .or_default();
        let requests = u64::from(receipt.opens_request);
        hour.events += receipt.events;
        hour.requests += requests;
        if receipt.slot == SecretSlot::Previous {
            hour.old_events += receipt.events;
            hour.old_requests += requests;
        }
        self.last_used = self.last_used.max(Some(receipt.received_at));
    }
}

/// What a function counted of a key in one hour: nothing of it is in the log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DirectCounts {
    /// Refused requests, and refused events of accepted ones, by the code of the answer.
    pub refused: BTreeMap<&'static str, u64>,
    /// Requests that bring no events, by operation.
    pub calls: BTreeMap<&'static str, u64>,
    /// The newest of those requests.
    pub last_call: Option<Timestamp>,
}

impl DirectCounts {
    /// Adds other counts of the same hour.
    pub fn merge(&mut self, other: Self) {
        for (sums, more) in [
            (&mut self.refused, other.refused),
            (&mut self.calls, other.calls),
        ] {
            for (name, count) in more {
                *sums.entry(name).or_default() += count;
            }
        }
        self.last_call = self.last_call.max(other.last_call);
    }

    /// The number of things counted.
    pub fn total(&self) -> u64 {
        self.refused.values().chain(self.calls.values()).sum()
    }
}
