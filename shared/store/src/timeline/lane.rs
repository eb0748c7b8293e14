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
    /// What they hold together, in bytes.
    bytes: usize,
    /// How many were read the last time.
    page: usize,
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
            bytes: 0,
            page: 0,
            rest: Rest::All,
        }
    }

    /// Makes sure that the next item is at hand, if there is one. When some must be read, these are at
    /// `least` so many, and each time twice as many, up to `most`.
    pub(super) async fn fill(
        &mut self,
        store: &Store,
        (least, most): (usize, usize),
    ) -> Result<(), StoreError> {
        while self.items.is_empty() {
            let start = match &self.rest {
                Rest::All => None,
                Rest::Behind(key) => Some(key.clone()),
                Rest::Nothing => return Ok(()),
            };
            self.page = self.page.saturating_mul(2).min(most).max(least);
            let table = &store.tables().profiles;
            let order = Order::Descending(i32::try_from(self.page).unwrap_or(i32::MAX));
            let consistency = Consistency::Eventual;
            let operation = "reading a timeline";
            let page = store
                .query_page(table, &self.range, order, consistency, start, operation)
                .await?;
            for item in page.items {
                if expires_at(&item)?.is_none_or(|moment| moment > self.now) {
                    self.bytes += blob(&item)?.len();
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

    /// How many bytes the items at hand hold.
    pub(super) const fn bytes(&self) -> usize {
        self.bytes
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
        let blob = blob(&item)?;
        self.bytes = self.bytes.saturating_sub(blob.len());
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

fn blob(item: &Item) -> Result<&[u8], StoreError> {
    Fields::new(item, WHAT).bytes(attribute::BLOB)
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
