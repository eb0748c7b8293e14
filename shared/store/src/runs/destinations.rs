//! What is known of destinations: whether they answer, how fast, and since when not.

use std::time::Duration;

use event::{Timestamp, WorkspaceId};
use serde::{Deserialize, Serialize};
use workflow::Destination;

use crate::documents::{self, Versioned};
use crate::query::Range;
use crate::schema::runs::{self, destination as key};
use crate::store::Consistency;
use crate::{Store, StoreError};

const OPERATION: &str = "noting how a destination answers";
const WHAT: &str = "destination";
/// A destination that nothing is sent to is forgotten after this time.
const KEPT: Duration = Duration::from_hours(24 * 35);
/// Failures in a row after which a destination is paused.
const PAUSE_AFTER: u32 = 10;
/// The first pause; each further one doubles it.
const FIRST_PAUSE: Duration = Duration::from_mins(5);
/// Two moments that are nearer to one another say the same.
const NEARLY: Duration = Duration::from_mins(1);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_hours(1);

/// How a destination has been answering.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DestinationState {
    /// Which; `None` where nothing is known.
    pub destination: Option<Destination>,
    /// Attempts that failed since the last one that did not.
    pub failures: u32,
    /// What came of the last attempt that failed: a status, or why there was none.
    pub last_failure: Option<String>,
    /// When that was.
    pub failed_at: Option<Timestamp>,
    /// Nothing is sent to it before this moment.
    pub paused_until: Option<Timestamp>,
    /// It took long: until then it is sent to where that keeps nobody waiting.
    pub slow_until: Option<Timestamp>,
}

impl DestinationState {
    /// Whether nothing is to be sent to it now; then until when.
    pub fn paused(&self, now: Timestamp) -> Option<Timestamp> {
        self.paused_until.filter(|until| *until > now)
    }

    /// Whether it takes long.
    pub fn is_slow(&self, now: Timestamp) -> bool {
        self.slow_until.is_some_and(|until| until > now)
    }

    fn fail(&mut self, why: &str, now: Timestamp) {
        self.last_failure = Some(why.to_owned());
        self.failed_at = Some(now);
        // What was under way when it was paused says nothing new.
        if self.paused(now).is_some() {
            return;
        }
        self.failures = self.failures.saturating_add(1);
        if self.failures >= PAUSE_AFTER {
            let doublings = (self.failures - PAUSE_AFTER).min(8);
            let pause = FIRST_PAUSE
                .saturating_mul(1 << doublings)
                .min(LONGEST_PAUSE);
            self.paused_until = Some(now.plus(pause));
        }
    }
}

impl Store {
    /// What is known of a destination.
    pub async fn destination(
        &self,
        workspace: &WorkspaceId,
        destination: &Destination,
    ) -> Result<DestinationState, StoreError> {
        let key = key(workspace, destination.as_str());
        let table = &self.tables().runs;
        let found = self.get(table, key, Consistency::Strong, OPERATION).await?;
        match &found {
            Some(item) => Ok(documents::read(item, WHAT)?.document),
            None => Ok(DestinationState::default()),
        }
    }

    /// Every destination of which something is known that is worth it: those that failed or took long.
    pub async fn destinations(
        &self,
        workspace: &WorkspaceId,
    ) -> Result<Vec<DestinationState>, StoreError> {
        let (from, to) = (" ".to_owned(), crate::schema::LAST.to_string());
        let range = Range {
            pk: runs::destinations(workspace),
            from,
            to,
        };
        let table = &self.tables().runs;
        let items = self
            .query_all(table, &range, Consistency::Strong, OPERATION)
            .await?;
        items
            .iter()
            .map(|item| documents::read(item, WHAT).map(|Versioned { document, .. }| document))
            .collect()
    }

    /// Notes an attempt that failed. So many in a row pause the destination.
    pub async fn note_failure(
        &self,
        workspace: &WorkspaceId,
        destination: &Destination,
        why: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.change_destination(workspace, destination, now, |state| {
            state.fail(why, now);
            true
        })
        .await
    }

    /// Notes an attempt that succeeded. Free where nothing else was known.
    pub async fn note_success(
        &self,
        workspace: &WorkspaceId,
        destination: &Destination,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.change_destination(workspace, destination, now, |state| {
            let failed = state.failures > 0 || state.paused_until.is_some();
            state.failures = 0;
            state.paused_until = None;
            failed
        })
        .await
    }

    /// Notes that the destination took long, and until when that is to be reckoned with.
    pub async fn note_slow(
        &self,
        workspace: &WorkspaceId,
        destination: &Destination,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.change_destination(workspace, destination, now, |state| {
            // Of many who find out at the same time one says so.
            let sooner = state
                .slow_until
                .is_none_or(|slow| slow < until.minus(NEARLY));
            state.slow_until = state.slow_until.max(Some(until));
            sooner
        })
        .await
    }

    /// Ends the pause of a destination. `false`: it is not paused.
    pub async fn resume_destination(
        &self,
        workspace: &WorkspaceId,
        destination: &Destination,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let key = key(workspace, destination.as_str());
        let resume = |state: &mut DestinationState| {
            let was = state.paused(now).is_some();
            state.paused_until = None;
            state.failures = 0;
            (was, was)
        };
        self.change_document(workspace, &key, now.plus(KEPT), OPERATION, resume)
            .await
    }

    async fn change_destination(
        &self,
        workspace: &WorkspaceId,
        destination: &Destination,
        now: Timestamp,
        mut change: impl FnMut(&mut DestinationState) -> bool,
    ) -> Result<(), StoreError> {
        let key = key(workspace, destination.as_str());
        let change = |state: &mut DestinationState| {
            state.destination = Some(destination.clone());
            ((), change(state))
        };
        self.change_document(workspace, &key, now.plus(KEPT), OPERATION, change)
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_failures_in_a_row_pause_a_destination_for_longer_and_longer() {
        let mut state = DestinationState::default();
        let mut now = Timestamp::from_millis(0);
        for _ in 0..9 {
            state.fail("500", now);
        }
        assert_eq!(state.paused(now), None);
        let mut pauses = Vec::new();
        for _ in 0..6 {
            state.fail("500", now);
            let until = state.paused(now).unwrap();
            pauses.push(until.since(now).as_secs() / 60);
            // What was under way when it was paused.
            state.fail("500", now);
            assert_eq!(state.paused(now), Some(until));
            now = until;
        }
        assert_eq!(pauses, [5, 10, 20, 40, 60, 60]);
    }
}
