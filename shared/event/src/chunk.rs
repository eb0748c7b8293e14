//! Accepted events as the items of the event log.
//!
//! A chunk holds the events of one signal and one UTC hour of event time. Everything in it, its key
//! above all, is a function of the events alone: whoever sends the same events again, at whatever
//! hour, makes the same chunk, and a conditional put finds it there.

mod pack;

use std::collections::BTreeMap;

use crate::codec::Options;
use crate::fingerprint::Hasher;
use crate::{Day, Event, EventId, Signal, Timestamp, WorkspaceId};

pub use pack::{Packed, pack};

/// Largest blob of a chunk, in bytes. A DynamoDB item may have 400 KB.
pub const MAX_BLOB: usize = 350 * 1024;
/// Number of shards a day of a signal is spread over: each takes 1,000 write units a second.
pub const SHARDS: u8 = 16;

/// What a chunk's place in the log is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChunkKey {
    /// The UTC day of the events.
    pub day: Day,
    /// From 0 to [`SHARDS`] - 1, from the digest.
    pub shard: u8,
    /// The earliest event time.
    pub first_time: Timestamp,
    /// Hash of the signal, the content and the given ids of the events, in order.
    pub digest: u128,
}

/// Events of one signal and one UTC hour, ready to be put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// Where it belongs.
    pub key: ChunkKey,
    /// The earliest event time.
    pub min_time: Timestamp,
    /// The latest event time.
    pub max_time: Timestamp,
    /// Number of events.
    pub count: u32,
    /// The names that occur, sorted, each once.
    pub names: Vec<String>,
    /// The events, encoded.
    pub blob: Vec<u8>,
}

/// The chunks of these events: one for each UTC hour, more where one would exceed [`MAX_BLOB`].
/// Within an hour the order of the events is kept; chunks are in the order of their hours.
pub fn build(workspace: &WorkspaceId, signal: Signal, events: &[Event<'_>]) -> Vec<Chunk> {
    build_with(workspace, signal, events, None)
}

/// As [`build`], encoded as `options` say instead of by the codec's own choice.
pub fn build_with(
    workspace: &WorkspaceId,
    signal: Signal,
    events: &[Event<'_>],
    options: Option<Options>,
) -> Vec<Chunk> {
    let hour = events.first().map(|event| event.timestamp.hour());
    // Nearly every request's events lie in one hour: those need not be gathered.
    if events
        .iter()
        .all(|event| Some(event.timestamp.hour()) == hour)
    {
        return of_hour(workspace, signal, events, options);
    }
    let mut hours = BTreeMap::<i64, Vec<Event<'_>>>::new();
    for event in events {
        hours
            .entry(event.timestamp.hour())
            .or_default()
            .push(event.clone());
    }
    hours
        .values()
        .flat_map(|events| of_hour(workspace, signal, events, options))
        .collect()
}

fn of_hour(
    workspace: &WorkspaceId,
    signal: Signal,
    events: &[Event<'_>],
    options: Option<Options>,
) -> Vec<Chunk> {
    pack::pack_with(workspace, events, None, MAX_BLOB, options)
        .into_iter()
        .filter_map(|Packed { rows, blob }| chunk(workspace, signal, events.get(rows)?, blob))
        .collect()
}

/// `None` for no events.
fn chunk(
    workspace: &WorkspaceId,
    signal: Signal,
    events: &[Event<'_>],
    blob: Vec<u8>,
) -> Option<Chunk> {
    let min_time = events.iter().map(|event| event.timestamp).min()?;
    let max_time = events.iter().map(|event| event.timestamp).max()?;
    let digest = digest(workspace, signal, events);
    let [.., last] = digest.to_be_bytes();
    let mut names: Vec<&str> = events.iter().map(|event| &*event.name).collect();
    names.sort_unstable();
    names.dedup();
    Some(Chunk {
        key: ChunkKey {
            day: min_time.day(),
            shard: last % SHARDS,
            first_time: min_time,
            digest,
        },
        min_time,
        max_time,
        count: u32::try_from(events.len()).ok()?,
        names: names.into_iter().map(str::to_owned).collect(),
        blob,
    })
}

fn digest(workspace: &WorkspaceId, signal: Signal, events: &[Event<'_>]) -> u128 {
    // Fingerprints first: they and the digest use the same buffer.
    let fingerprints: Vec<u128> = events
        .iter()
        .map(|event| match event.id {
            EventId::Fingerprint(hash) => hash,
            EventId::Given(_) => event.fingerprint(workspace),
        })
        .collect();
    Hasher::with(workspace, |hasher| {
        hasher.text(Some(signal.as_str()));
        for (event, fingerprint) in events.iter().zip(fingerprints) {
            hasher.hash(fingerprint);
            hasher.int(i64::from(event.time_given));
            hasher.text(match &event.id {
                EventId::Given(text) => Some(text),
                EventId::Fingerprint(_) => None,
            });
        }
    })
}
