//! Events without a time of their own that an earlier page showed already.

use std::collections::{HashMap, HashSet};

use event::{EventId, Timestamp, UserId, WorkspaceId};

use super::cursor::{Cursor, Place};
use super::merge::Merge;
use super::page::lanes;
use super::{REPEAT_WINDOW, TimelineEntry};
use crate::profiles::Identity;
use crate::{Store, StoreError};

/// Items to read at a time.
const PAGE: usize = 100;

/// Takes out of a page what stands before its cursor under a later time.
pub(super) async fn drop_repeats(
    store: &Store,
    workspace: &WorkspaceId,
    user: &UserId,
    identity: &Identity,
    cursor: &Cursor,
    entries: &mut Vec<TimelineEntry>,
) -> Result<(), StoreError> {
    let mut suspects: HashMap<String, Timestamp> = HashMap::new();
    for entry in entries.iter().filter(|entry| may_repeat(entry)) {
        suspects.insert(entry.event.id.to_string(), entry.event.timestamp);
    }
    let Some(newest) = suspects.values().max() else {
        return Ok(());
    };
    // Later pages of the same walk must see what this one sees, so nothing newer than its top.
    let to = newest.plus(REPEAT_WINDOW).min(cursor.top);
    let lanes = lanes(workspace, user, identity, Some(cursor.last.time), Some(to));
    let mut merge = Merge::new(store, workspace, lanes, PAGE);
    let mut shown = HashSet::new();
    while let Some(newer) = merge.next().await? {
        let Place { time, id } = &newer.place;
        if newer.place < cursor.last {
            break;
        }
        let repeats = suspects
            .get(id)
            .is_some_and(|first| *time <= first.plus(REPEAT_WINDOW));
        if repeats {
            shown.insert(id.clone());
        }
    }
    entries.retain(|entry| !may_repeat(entry) || !shown.contains(&entry.event.id.to_string()));
    Ok(())
}

/// A fingerprint covers the time, so an event without an id that is received again is another one.
fn may_repeat(entry: &TimelineEntry) -> bool {
    !entry.event.time_given && matches!(entry.event.id, EventId::Given(_))
}
