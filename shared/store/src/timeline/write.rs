//! Timeline items, as the projector writes them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};

use event::chunk::pack;
use event::{Event, ProfileId, Provenance, WorkspaceId};
use sha2::{Digest, Sha256};

use super::{TimelineEntry, TimelineWindow};
use crate::fields::{bytes, moment};
use crate::schema::Item;
use crate::schema::profiles::{self, attribute};
use crate::{Store, StoreError};

/// Largest blob of an item, in bytes: an item holds 400 KB.
const MAX_BLOB: usize = 350 * 1024;

impl Store {
    /// Writes one item for each profile; more where one would be too large.
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
        let items = profiles
            .into_iter()
            .flat_map(|(profile, entries)| to_items(workspace, &profile, entries));
        let table = &self.tables().profiles;
        self.put_all(table, workspace, items.collect(), "writing timelines")
            .await
    }
}

fn to_items(
    workspace: &WorkspaceId,
    profile: &ProfileId,
    mut entries: Vec<TimelineEntry>,
) -> Vec<Item> {
    // Of an event that came twice the newer stays, as reading shows it; of the same time the one
    // received first.
    entries.sort_by_key(|entry| (Reverse(entry.event.timestamp), entry.provenance.received_at));
    let mut seen = HashSet::new();
    entries.retain(|entry| seen.insert(entry.event.id.clone()));
    entries.sort_by(|one, other| {
        (one.event.timestamp, &one.event.id).cmp(&(other.event.timestamp, &other.event.id))
    });
    let (events, provenance): (Vec<_>, Vec<_>) = entries
        .into_iter()
        .map(|entry| (entry.event, entry.provenance))
        .unzip();
    let packed = pack(workspace, &events, Some(&provenance), MAX_BLOB);
    let item = |packed: event::chunk::Packed| {
        let events = events.get(packed.rows.clone())?;
        let provenance = provenance.get(packed.rows)?;
        to_item(workspace, profile, events, provenance, packed.blob)
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
