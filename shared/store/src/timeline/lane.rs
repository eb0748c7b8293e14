//! One profile's timeline items, newest first, read as far as they are wanted.

use std::collections::VecDeque;

use event::{ProfileId, Timestamp, WorkspaceId};

use super::TimelineEntry;
use crate::fields::Fields;
use crate::query::{Order, Range};
use crate::schema::profiles::{self, attribute};
use crate::schema::{Item, TTL};
use crate::store::Consistency;
use crate::{Store, StoreError};

const WHAT: &str = "timeline";

/// The items of one profile.
#[derive(Debug)]
pub(super) struct Lane {
    range: Range,
    /// What was received at or before this moment is gone.
    deleted_at: Timestamp,
    /// What expires at or before this moment is gone, too.
    now: Timestamp,
    /// Those at hand, each with the time of its newest event.
    items: VecDeque<(Timestamp, Item)>,
    rest: Rest,
}

/// What of the range has not been read.
#[derive(Debug)]
enum Rest {
    All,
    Behind(Item),
    Nothing,
}

impl Lane {
    /// The items whose newest event lies between the moments `from` and `to`, both included, without what
    /// was received at or before `deleted_at` and what expires at or before `now`.
    pub(super) fn new(
        workspace: &WorkspaceId,
        profile: &ProfileId,
        (deleted_at, now): (Timestamp, Timestamp),
        from: Option<Timestamp>,
        to: Option<Timestamp>,
    ) -> Self {
        let (from, to) = profiles::timeline_range(from, to);
        let range = Range {
            pk: profiles::partition(workspace, profile),
            from,
            to,
        };
        Self {
            range,
            deleted_at,
            now,
            items: VecDeque::new(),
            rest: Rest::All,
        }
    }

    /// Makes sure that the next item is at hand, if there is one. `page` is the number of items to
    /// read when some must be read.
    pub(super) async fn fill(&mut self, store: &Store, page: i32) -> Result<(), StoreError> {
        while self.items.is_empty() {
            let start = match &self.rest {
                Rest::All => None,
                Rest::Behind(key) => Some(key.clone()),
                Rest::Nothing => return Ok(()),
            };
            let table = &store.tables().profiles;
            let (order, consistency) = (Order::Descending(page), Consistency::Eventual);
            let operation = "reading a timeline";
            let page = store
                .query_page(table, &self.range, order, consistency, start, operation)
                .await?;
            for item in page.items {
                if expires_at(&item)?.is_none_or(|moment| moment > self.now) {
                    self.items.push_back((newest(&item)?, item));
                }
            }
            self.rest = page.next.map_or(Rest::Nothing, Rest::Behind);
        }
        Ok(())
    }

    /// Whether the next item is at hand, or none is left.
    pub(super) fn is_filled(&self) -> bool {
        !self.items.is_empty() || matches!(self.rest, Rest::Nothing)
    }

    /// The time of the newest event of the next item.
    pub(super) fn newest(&self) -> Option<Timestamp> {
        self.items.front().map(|(newest, _)| *newest)
    }

    /// The entries of the next item that no deletion covers.
    pub(super) fn open(
        &mut self,
        workspace: &WorkspaceId,
    ) -> Result<Vec<TimelineEntry>, StoreError> {
        let corrupt = || StoreError::Corrupt { what: WHAT };
        let Some((_, item)) = self.items.pop_front() else {
            return Ok(Vec::new());
        };
        let fields = Fields::new(&item, WHAT);
        let blob = fields.bytes(attribute::BLOB)?;
        let decoded = event::codec::decode(workspace, blob).map_err(|_| corrupt())?;
        let provenance = decoded.provenance.ok_or_else(corrupt)?;
        let expires_at = expires_at(&item)?;
        let entries = decoded.events.into_iter().zip(provenance);
        let entries = entries.map(|(event, provenance)| TimelineEntry {
            event,
            provenance,
            expires_at,
        });
        let alive = entries.filter(|entry| entry.provenance.received_at > self.deleted_at);
        Ok(alive.collect())
    }
}

/// When the item may go; `None`: never.
fn expires_at(item: &Item) -> Result<Option<Timestamp>, StoreError> {
    let seconds = Fields::new(item, WHAT).optional_number(TTL)?;
    Ok(seconds.map(|seconds| Timestamp::from_millis(seconds.saturating_mul(1_000))))
}

fn newest(item: &Item) -> Result<Timestamp, StoreError> {
    let fields = Fields::new(item, WHAT);
    profiles::timeline_newest(fields.sk()?).ok_or_else(|| fields.corrupt())
}
