//! Usage, counted again from the log.
//!
//! Only days of receipt that the stream holds no record of any more: a day that the projector may
//! still count would be counted twice. And only days of which the log holds every chunk.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use event::{Day, Timestamp, WorkspaceId};
use store::{AcceptedCounts, Receipt, Store, StoreError, StoredChunk, UsagePart};

const DAY: Duration = Duration::from_hours(24);
/// How long usage is kept.
const KEPT: Duration = DAY.saturating_mul(35);

/// The sums of the days that can be counted again.
#[derive(Debug)]
pub(super) struct UsageCount {
    now: Timestamp,
    parts: BTreeMap<UsagePart, AcceptedCounts>,
}

impl UsageCount {
    pub(super) fn new(now: Timestamp) -> Self {
        Self {
            now,
            parts: BTreeMap::new(),
        }
    }

    pub(super) fn add(&mut self, chunk: &StoredChunk) {
        let part = UsagePart::of(chunk);
        if self.is_settled(part.received_on) {
            self.parts.entry(part).or_default().add(&Receipt::of(chunk));
        }
    }

    /// Puts the sums in the place of what was counted, and says how many items they took.
    pub(super) async fn write(self, store: &Store) -> Result<u64, StoreError> {
        let mut complete_from = HashMap::<WorkspaceId, Option<Timestamp>>::new();
        let mut written = 0;
        for (part, counts) in &self.parts {
            let from = if let Some(from) = complete_from.get(&part.workspace) {
                *from
            } else {
                let from = self.complete_from(store, &part.workspace).await?;
                complete_from.insert(part.workspace.clone(), from);
                from
            };
            if from.is_none_or(|from| part.received_on.start() >= from) {
                store.replace_accepted(part, counts).await?;
                written += 1;
            }
        }
        Ok(written)
    }

    /// Whether nothing of the day can come from the stream any more, which keeps a record for a day,
    /// and its usage is not forgotten yet.
    fn is_settled(&self, day: Day) -> bool {
        day.next().start().plus(DAY) <= self.now && day.start().plus(KEPT) > self.now
    }

    /// From when on the log holds every chunk of the workspace; `None`: all there ever were.
    async fn complete_from(
        &self,
        store: &Store,
        workspace: &WorkspaceId,
    ) -> Result<Option<Timestamp>, StoreError> {
        let settings = store.workspace(workspace).await?;
        let days = settings.and_then(|settings| settings.retention_days);
        Ok(days.map(|days| self.now.minus(DAY.saturating_mul(days))))
    }
}
