//! Timeline items, as the projector writes them.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use event::chunk::pack;
use event::{Day, Event, EventId, ProfileId, Provenance, Timestamp, WorkspaceId};
use sha2::{Digest, Sha256};

use super::{TimelineEntry, TimelineWindow};
use crate::fields::{bytes, moment, number};
use crate::schema::profiles::{self, attribute};
use crate::schema::{Item, TTL};
use crate::{Store, StoreError};

/// Largest blob of an item, in bytes: an item holds 400 KB.
const MAX_BLOB: usize = 350 * 1024;

impl Store {
    /// Writes one item for each profile and day on which its events expire; more where one would be too
    /// large.
    ///
    /// An item's key is a function of its events' ids and newest time, and what is there is
    /// overwritten: the same window written again changes nothing. After an error some items may be
    /// missing and all may be written again.
    pub async fn put_timelines(
        &self,
        workspace: &WorkspaceId,
        windows: Vec<TimelineWindow>,
    ) -> Result<(), StoreError> {
        let mut profiles = BTreeMap::<ProfileId, Vec<TimelineEntry>>::new();
        for window in windows {
            profiles
                .entry(window.profile)
                .or_default()
                .extend(window.entries);
        }
        let items = profiles.into_iter().flat_map(|(profile, entries)| {
            let days = by_day_of_expiry(each_once(entries)).into_values();
            let items = days.map(|entries| to_items(workspace, &profile, entries));
            items.flatten().collect::<Vec<_>>()
        });
        let table = &self.tables().profiles;
        self.put_all(table, workspace, items.collect(), "writing timelines")
            .await
    }
}

/// Of an event that came twice the newer stays, as reading shows it; of the same time the one received
/// first. It stays as long as the one that stays longer.
fn each_once(mut entries: Vec<TimelineEntry>) -> Vec<TimelineEntry> {
    entries.sort_by_key(|entry| (Reverse(entry.event.timestamp), entry.provenance.received_at));
    let mut kept = BTreeMap::<EventId<'static>, TimelineEntry>::new();
    for entry in entries {
        match kept.entry(entry.event.id.clone()) {
            Entry::Vacant(vacant) => {
                vacant.insert(entry);
            }
            Entry::Occupied(mut there) => {
                let there = there.get_mut();
                there.expires_at = there
                    .expires_at
                    .zip(entry.expires_at)
                    .map(|(a, b)| a.max(b));
            }
        }
    }
    kept.into_values().collect()
}

/// What expires late would hold up what expires early if they shared an item.
fn by_day_of_expiry(entries: Vec<TimelineEntry>) -> BTreeMap<Option<Day>, Vec<TimelineEntry>> {
    let mut days = BTreeMap::<_, Vec<_>>::new();
    for entry in entries {
        let day = entry.expires_at.map(Timestamp::day);
        days.entry(day).or_default().push(entry);
    }
    days
}

/// The items of entries that all expire on one day, or never.
fn to_items(
    workspace: &WorkspaceId,
    profile: &ProfileId,
    mut entries: Vec<TimelineEntry>,
) -> Vec<Item> {
    entries.sort_by(|one, other| {
        (one.event.timestamp, &one.event.id).cmp(&(other.event.timestamp, &other.event.id))
    });
    let expires_at = entries.iter().filter_map(|entry| entry.expires_at).max();
    let (events, provenance): (Vec<_>, Vec<_>) = entries
        .into_iter()
        .map(|entry| (entry.event, entry.provenance))
        .unzip();
    let packed = pack(workspace, &events, Some(&provenance), MAX_BLOB);
    let item = |packed: event::chunk::Packed| {
        let events = events.get(packed.rows.clone())?;
        let provenance = provenance.get(packed.rows)?;
        let mut item = to_item(workspace, profile, events, provenance, packed.blob)?;
        if let Some(expires_at) = expires_at {
            item.insert(TTL.to_owned(), number(expires_at.as_secs()));
        }
        Some(item)
    };
    packed.into_iter().filter_map(item).collect()
}

/// `None` for no events.
fn to_item(
    workspace: &WorkspaceId,
    profile: &ProfileId,
    events: &[Event<'_>],
    provenance: &[Provenance],
    blob: Vec<u8>,
) -> Option<Item> {
    let newest = events.iter().map(|event| event.timestamp).max()?;
    let received_at = provenance
        .iter()
        .map(|provenance| provenance.received_at)
        .max()?;
    let mut item = profiles::timeline(workspace, profile, newest, digest(events)).into_item();
    item.insert(attribute::BLOB.to_owned(), bytes(blob));
    item.insert(attribute::RECEIVED_AT.to_owned(), moment(received_at));
    Some(item)
}

/// Over the ids of the events, in order.
fn digest(events: &[Event<'_>]) -> u128 {
    let mut hash = Sha256::new();
    for event in events {
        let id = event.id.to_string();
        hash.update(id.len().to_be_bytes());
        hash.update(id);
    }
    let hash: [u8; 32] = hash.finalize().into();
    let (digest, _) = hash.split_first_chunk().unwrap_or((&[0; 16], &[]));
    u128::from_be_bytes(*digest)
}
