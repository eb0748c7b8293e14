//! An hour's rows as they lie in an item.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use event::Source;
use serde::{Deserialize, Serialize};

use super::{KeyTraffic, TrafficChunk};
use crate::{Sequence, StoreError, packed};

const WHAT: &str = "traffic";
/// Most rows of address and name that an hour holds.
pub(super) const MAX_ROWS: usize = 1_000;

/// Rows, and how far they are counted. The members' names are short: they are stored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Document {
    /// Shard -> the last chunk counted.
    #[serde(rename = "l")]
    lanes: BTreeMap<u8, String>,
    #[serde(rename = "s")]
    senders: Vec<Rows>,
    /// Requests and events that found no room.
    #[serde(rename = "x")]
    unlisted: (u64, u64),
    /// Whether a window was ever counted for others.
    #[serde(rename = "e", default)]
    is_estimate: bool,
    /// The wire formats that came; hours from before this was noted have none.
    #[serde(rename = "f", default, skip_serializing_if = "BTreeSet::is_empty")]
    sources: BTreeSet<Source>,
}

/// The rows of one address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Rows {
    #[serde(rename = "a")]
    address: Option<IpAddr>,
    #[serde(rename = "q")]
    requests: u64,
    #[serde(rename = "n")]
    events: BTreeMap<String, u64>,
}

impl Document {
    /// Whether the chunk was counted, or was passed over before one that was.
    pub(super) fn has_counted(&self, chunk: &TrafficChunk) -> bool {
        let last = self.lanes.get(&chunk.shard);
        last.and_then(|last| Sequence::from_stored(last))
            .is_some_and(|last| chunk.sequence <= last)
    }

    /// Counts the chunk, as many times as `weight` says.
    pub(super) fn add(&mut self, chunk: &TrafficChunk, weight: u64) {
        self.is_estimate |= weight > 1;
        self.sources.insert(chunk.source);
        let last = chunk.sequence.as_str().to_owned();
        let lane = self.lanes.entry(chunk.shard).or_default();
        if *lane < last {
            *lane = last;
        }
        let requests = u64::from(chunk.opens_request) * weight;
        let mut room = MAX_ROWS.saturating_sub(self.rows());
        let place = self
            .senders
            .iter()
            .position(|rows| rows.address == chunk.address);
        let place = place.or_else(|| {
            // A sender takes a row of its own: also one of whom no name is listed.
            room = room.checked_sub(1)?;
            self.senders.push(Rows {
                address: chunk.address,
                requests: 0,
                events: BTreeMap::new(),
            });
            Some(self.senders.len() - 1)
        });
        let Some(rows) = place.and_then(|place| self.senders.get_mut(place)) else {
            self.unlisted.0 += requests;
            self.unlisted.1 += chunk.events.values().sum::<u64>() * weight;
            return;
        };
        rows.requests += requests;
        for (name, count) in &chunk.events {
            let count = count * weight;
            if let Some(sum) = rows.events.get_mut(name) {
                *sum += count;
            } else if room > 0 {
                room -= 1;
                rows.events.insert(name.clone(), count);
            } else {
                self.unlisted.1 += count;
            }
        }
    }

    /// Adds everything to what is read of a key.
    pub(super) fn add_to(self, traffic: &mut KeyTraffic) {
        traffic.is_estimate |= self.is_estimate;
        traffic.sources.extend(self.sources);
        for rows in self.senders {
            let sender = traffic.senders.entry(rows.address).or_default();
            sender.requests += rows.requests;
            for (name, count) in rows.events {
                sender.event_count += count;
                *sender.events.entry(name).or_default() += count;
            }
        }
        traffic.unlisted.requests += self.unlisted.0;
        traffic.unlisted.event_count += self.unlisted.1;
    }

    fn rows(&self) -> usize {
        self.senders.iter().map(|rows| 1 + rows.events.len()).sum()
    }

    pub(super) fn pack(&self) -> Result<Vec<u8>, StoreError> {
        let json = serde_json::to_vec(self).map_err(|_| StoreError::Corrupt { what: WHAT })?;
        packed::pack(&json, WHAT)
    }

    pub(super) fn unpack(body: &[u8]) -> Result<Self, StoreError> {
        let json = packed::unpack(body, WHAT)?;
        serde_json::from_slice(&json).map_err(|_| StoreError::Corrupt { what: WHAT })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(sequence: u64, address: &str, events: &[(&str, u64)]) -> TrafficChunk {
        let named = |(name, count): &(&str, u64)| ((*name).to_owned(), *count);
        TrafficChunk {
            shard: 3,
            sequence: Sequence::parse(&sequence.to_string()).unwrap(),
            address: address.parse().ok(),
            opens_request: true,
            source: Source::Userflux,
            events: events.iter().map(named).collect(),
        }
    }

    fn read(document: Document) -> KeyTraffic {
        let mut traffic = KeyTraffic::default();
        document.add_to(&mut traffic);
        traffic
    }

    #[test]
    fn rows_survive_packing_and_know_what_they_counted() {
        let mut document = Document::default();
        document.add(&chunk(9, "192.0.2.1", &[("a", 2), ("b", 1)]), 1);
        document.add(&chunk(10, "", &[("a", 1)]), 1);
        let document = Document::unpack(&document.pack().unwrap()).unwrap();
        assert!(document.has_counted(&chunk(10, "", &[])));
        assert!(!document.has_counted(&chunk(11, "", &[])));
        let traffic = read(document);
        let known = &traffic.senders[&"192.0.2.1".parse().ok()];
        assert_eq!((known.requests, known.event_count), (1, 3));
        assert_eq!(traffic.senders[&None].events["a"], 1);
        assert!(!traffic.is_estimate);
        assert_eq!(traffic.sources, BTreeSet::from([Source::Userflux]));
    }

    #[test]
    fn what_finds_no_row_is_counted_all_the_same() {
        let mut document = Document::default();
        for number in 0..1_500_u64 {
            let address = format!("10.0.{}.{}", number / 250, number % 250);
            document.add(&chunk(number + 1, &address, &[("a", 2)]), 1);
        }
        assert_eq!(document.rows(), MAX_ROWS);
        let traffic = read(document);
        let listed: u64 = traffic.senders.values().map(|it| it.event_count).sum();
        assert_eq!(traffic.senders.len(), 500);
        assert_eq!(listed + traffic.unlisted.event_count, 3_000);
        assert_eq!(traffic.unlisted.requests, 1_000);
    }

    #[test]
    fn a_window_that_stands_for_others_counts_as_many_times() {
        let mut document = Document::default();
        document.add(&chunk(1, "192.0.2.1", &[("a", 2)]), 4);
        let traffic = read(document);
        assert!(traffic.is_estimate);
        let sender = &traffic.senders[&"192.0.2.1".parse().ok()];
        assert_eq!((sender.requests, sender.event_count), (4, 8));
    }
}
