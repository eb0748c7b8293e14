//! Places to send from: as many webhooks are under way as there are places, in all processes together.
//!
//! An invocation leases places of a workspace and of a destination when it first needs one, and shares
//! them among its runs. At its end it gives them back; what a crash leaves leased is free again soon.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use event::WorkspaceId;
use rand::distr::{Alphanumeric, SampleString as _};
use store::{DestinationState, LeaseOf, StoreError};
use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};
use workflow::Destination;

use crate::Workflows;
use crate::work::Lane;

/// How long what is known of a destination is not asked again.
const REMEMBERED: Duration = Duration::from_millis(500);
/// The share of all places that one invocation takes: so one that crashes leaves most of them.
const SHARE: u32 = 4;
/// As many runs of a sweep may wait for one destination or send to it: so one that hangs leaves room for
/// the others.
pub(crate) const MAX_OF_DESTINATION: usize = 50;

/// The places of one invocation. Clones share them.
#[derive(Debug, Clone)]
pub(crate) struct Places(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    workflows: Workflows,
    holder: String,
    /// How long a lease lasts, if nobody gives it back.
    lasts: Duration,
    leased: Mutex<BTreeMap<(WorkspaceId, LeaseOf), Arc<Semaphore>>>,
    /// Who may wait for a destination.
    turns: Mutex<BTreeMap<(WorkspaceId, Destination), Arc<Semaphore>>>,
    known: Mutex<BTreeMap<(WorkspaceId, Destination), (Instant, DestinationState)>>,
}

/// A place, for as long as it is held.
#[derive(Debug)]
pub(crate) struct Place {
    _workspace: OwnedSemaphorePermit,
    _destination: OwnedSemaphorePermit,
    _turn: Option<OwnedSemaphorePermit>,
}

impl Places {
    /// Places for an invocation that lasts no longer than that.
    pub(crate) fn new(workflows: &Workflows, lasts: Duration) -> Self {
        Self(Arc::new(Shared {
            workflows: workflows.clone(),
            holder: Alphanumeric.sample_string(&mut rand::rng(), 12),
            lasts,
            leased: Mutex::default(),
            turns: Mutex::default(),
            known: Mutex::default(),
        }))
    }

    /// How the destination answers, as it was known half a second ago at most.
    pub(crate) async fn known(
        &self,
        workspace: &WorkspaceId,
        destination: &Destination,
    ) -> Result<DestinationState, StoreError> {
        let mut known = self.0.known.lock().await;
        let key = (workspace.clone(), destination.clone());
        if let Some((at, state)) = known.get(&key)
            && at.elapsed() < REMEMBERED
        {
            return Ok(state.clone());
        }
        let store = &self.0.workflows.0.store;
        let state = store.destination(workspace, destination).await?;
        known.insert(key, (Instant::now(), state.clone()));
        Ok(state)
    }

    /// A place to send to the destination from; `None`: there is none while the lane lasts, or so many
    /// of a sweep wait for one that more would keep others out.
    pub(crate) async fn take(
        &self,
        workspace: &WorkspaceId,
        destination: &Destination,
        lane: &Lane,
    ) -> Result<Option<Place>, StoreError> {
        let turn = if lane.is_stream {
            None
        } else {
            let turns = self.turns(workspace, destination).await;
            let Ok(turn) = turns.try_acquire_owned() else {
                return Ok(None);
            };
            Some(turn)
        };
        let limits = self.0.workflows.0.limits;
        let of = LeaseOf::Destination(destination.clone());
        let destination = self.leased(workspace, of, limits.per_destination).await?;
        let of = LeaseOf::Workspace;
        let all = self.leased(workspace, of, limits.per_workspace).await?;
        let both = async {
            // First that of which there are fewer: nobody holds one of all while waiting for it.
            let destination = destination.acquire_owned().await.ok()?;
            let workspace = all.acquire_owned().await.ok()?;
            Some(Place {
                _workspace: workspace,
                _destination: destination,
                _turn: turn,
            })
        };
        Ok(timeout_at(lane.until, both).await.ok().flatten())
    }

    async fn turns(&self, workspace: &WorkspaceId, destination: &Destination) -> Arc<Semaphore> {
        let mut turns = self.0.turns.lock().await;
        let key = (workspace.clone(), destination.clone());
        let turns = turns.entry(key);
        Arc::clone(turns.or_insert_with(|| Arc::new(Semaphore::new(MAX_OF_DESTINATION))))
    }

    /// The places of this invocation; leased when none are.
    async fn leased(
        &self,
        workspace: &WorkspaceId,
        of: LeaseOf,
        limit: u32,
    ) -> Result<Arc<Semaphore>, StoreError> {
        let mut leased = self.0.leased.lock().await;
        let key = (workspace.clone(), of);
        if let Some(places) = leased.get(&key)
            && !places.is_closed()
        {
            return Ok(Arc::clone(places));
        }
        let Shared {
            workflows,
            holder,
            lasts,
            ..
        } = self.0.as_ref();
        let now = workflows.0.clock.now();
        let wanted = (limit / SHARE).max(1);
        let times = (now, now.plus(*lasts));
        let store = &workflows.0.store;
        let got = store
            .lease(workspace, &key.1, holder, (wanted, limit), times)
            .await?;
        let places = Arc::new(Semaphore::new(usize::try_from(got).unwrap_or(0)));
        if got == 0 {
            // Whoever comes next asks again.
            places.close();
        }
        leased.insert(key, Arc::clone(&places));
        Ok(places)
    }

    /// Gives everything back.
    pub(crate) async fn give_back(&self) {
        let leased = std::mem::take(&mut *self.0.leased.lock().await);
        let workflows = &self.0.workflows.0;
        let now = workflows.clock.now();
        for ((workspace, of), places) in leased {
            if places.is_closed() {
                continue;
            }
            let released = workflows
                .store
                .release(&workspace, &of, &self.0.holder, now);
            if let Err(error) = released.await {
                tracing::warn!(%error, "places could not be given back: they are free again in a while");
            }
        }
    }
}
