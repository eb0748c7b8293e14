//! Pages of a timeline.

use std::collections::HashSet;

use event::{ProfileId, Timestamp, UserId, WorkspaceId};

use super::cursor::{Cursor, Place};
use super::lane::Lane;
use super::merge::{Merge, Opened};
use super::repeats::drop_repeats;
use super::weight::{MAX_BYTES, weight};
use super::{TimelinePage, TimelineQuery};
use crate::profiles::Identity;
use crate::{Store, StoreError};

/// Most entries that a page passes over before it ends early: an answer must come in time, also
/// where a name is rare.
const MAX_PASSED: usize = 20_000;

impl Store {
    /// A page of the timeline of the user, or of the device where nothing is known of such a user: newest
    /// first, each event once, those of linked anonymous ids among them, nothing that a deletion covers or
    /// that has expired by `now`.
    ///
    /// Walking on by the cursors shows each event that was there at the first page exactly once,
    /// whatever arrives meanwhile.
    pub async fn timeline(
        &self,
        workspace: &WorkspaceId,
        id: &UserId,
        query: &TimelineQuery,
        now: Timestamp,
    ) -> Result<TimelinePage, StoreError> {
        // On the heap, here and below: they are too large for the futures around them.
        let user = Box::pin(self.identity(workspace, id, now)).await?;
        let page = Box::pin(self.timeline_of(workspace, id, &user, query)).await?;
        let is_user = user.is_known() || !page.entries.is_empty() || page.next.is_some();
        // None of the name, or none behind the cursor, is not yet none.
        if is_user || self.has_events(workspace, id, &user).await? {
            return Ok(page);
        }
        let device = Box::pin(self.device_identity(workspace, id, now)).await?;
        Box::pin(self.timeline_of(workspace, id, &device, query)).await
    }

    pub(crate) async fn timeline_of(
        &self,
        workspace: &WorkspaceId,
        id: &UserId,
        identity: &Identity,
        query: &TimelineQuery,
    ) -> Result<TimelinePage, StoreError> {
        let limit = query.limit.max(1);
        let from = query.cursor.as_ref().map(|cursor| cursor.from);
        let lanes = lanes(workspace, id, identity, None, from);
        let mut merge = Merge::new(self, workspace, lanes, limit.clamp(5, 100));
        let top = match &query.cursor {
            Some(cursor) => Some(cursor.top),
            None => merge.frontier().await?,
        };
        let mut walk = Walk::new(query, limit);
        while !walk.is_over() {
            match merge.next().await? {
                Some(opened) => walk.pass(opened),
                None => break,
            }
        }
        let next = match (walk.stopped_at(), top) {
            (Some(last), Some(top)) => {
                // The entry that the next page begins with has left the merge: the walk holds it.
                let frontier = merge.frontier().await?.into_iter().chain(walk.frontier());
                let from = frontier.max().unwrap_or(last.time);
                Some(Cursor { last, from, top })
            }
            _ => None,
        };
        let mut entries = walk.entries;
        // What it has at hand makes room for what repeats are looked for in.
        drop(merge);
        if let Some(cursor) = &query.cursor {
            drop_repeats(self, workspace, id, identity, cursor, &mut entries).await?;
        }
        Ok(TimelinePage { entries, next })
    }
}

/// The lanes of the id and of every linked one, from and to these newest event times.
pub(super) fn lanes(
    workspace: &WorkspaceId,
    id: &UserId,
    identity: &Identity,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
) -> Vec<Lane> {
    let (deleted_at, now) = (identity.deleted_at(), identity.now);
    let own = ProfileId {
        kind: identity.kind,
        id: id.clone(),
    };
    let own = Lane::new(workspace, &own, (deleted_at, now), from, to);
    let linked = identity.linked.iter().map(|(profile, item)| {
        let deleted_at = item
            .deleted_at
            .map_or(deleted_at, |own| own.max(deleted_at));
        Lane::new(workspace, profile, (deleted_at, now), from, to)
    });
    std::iter::once(own).chain(linked).collect()
}

/// Goes through the entries and keeps those of the page.
struct Walk<'a> {
    query: &'a TimelineQuery,
    limit: usize,
    entries: Vec<super::TimelineEntry>,
    /// What the entries weigh.
    bytes: usize,
    seen: HashSet<String>,
    passed: usize,
    last: Option<Place>,
    /// The first entry that belongs to the next page.
    beyond: Option<Opened>,
}

impl<'a> Walk<'a> {
    fn new(query: &'a TimelineQuery, limit: usize) -> Self {
        let (entries, seen) = (Vec::new(), HashSet::new());
        Self {
            query,
            limit,
            entries,
            bytes: 0,
            seen,
            passed: 0,
            last: None,
            beyond: None,
        }
    }

    fn is_over(&self) -> bool {
        self.beyond.is_some() || self.passed >= MAX_PASSED
    }

    fn pass(&mut self, opened: Opened) {
        let behind = self
            .query
            .cursor
            .as_ref()
            .is_none_or(|cursor| opened.place < cursor.last);
        if !behind {
            return;
        }
        let name = self.query.name.as_ref();
        let wanted = name.is_none_or(|name| *name.as_str() == *opened.entry.event.name);
        let new = !self.seen.contains(&opened.place.id);
        let is_shown = wanted && new;
        if is_shown {
            let bytes = self.bytes + weight(&opened.entry);
            // One entry goes into any page: a walk must come to its end.
            let is_heavy = bytes > MAX_BYTES && !self.entries.is_empty();
            if is_heavy || self.entries.len() == self.limit {
                self.beyond = Some(opened);
                return;
            }
            self.bytes = bytes;
        }
        self.passed += 1;
        self.seen.insert(opened.place.id.clone());
        self.last = Some(opened.place);
        if is_shown {
            self.entries.push(opened.entry);
        }
    }

    /// The last entry passed, if the walk was ended before the timeline was.
    fn stopped_at(&self) -> Option<Place> {
        if self.is_over() {
            self.last.clone()
        } else {
            None
        }
    }

    fn frontier(&self) -> Option<Timestamp> {
        self.beyond.as_ref().map(Opened::newest)
    }
}
