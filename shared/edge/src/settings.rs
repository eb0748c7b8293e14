//! The workspaces' settings, remembered for a minute.

use std::sync::Arc;
use std::time::Duration;

use event::{Timestamp, WorkspaceId};
use moka::sync::Cache;
use store::{Store, WorkspaceSettings};

use crate::Problem;

/// A changed setting (whether addresses are kept, how long chunks are) holds after this time at the
/// latest. Nothing that decides who may do what is among them.
const LIFETIME: Duration = Duration::from_mins(1);
/// Workspaces remembered at most.
const CAPACITY: u64 = 10_000;

/// Reads a workspace's settings at most once a minute, so that a request still costs one read. Clones
/// share what they remember.
#[derive(Debug, Clone)]
pub struct Settings {
    store: Store,
    remembered: Cache<WorkspaceId, (Timestamp, Arc<WorkspaceSettings>)>,
}

impl Settings {
    /// Nothing is read before it is asked for.
    pub fn new(store: Store) -> Self {
        Self {
            store,
            remembered: Cache::new(CAPACITY),
        }
    }

    /// The settings as they were at most a minute ago. A workspace without any has lost them: its
    /// events cannot be stored as it wants them stored.
    pub async fn of(
        &self,
        workspace: &WorkspaceId,
        now: Timestamp,
    ) -> Result<Arc<WorkspaceSettings>, Problem> {
        if let Some((read_at, settings)) = self.remembered.get(workspace)
            && now.since(read_at) < LIFETIME
        {
            return Ok(settings);
        }
        let settings = self.store.workspace(workspace).await?.ok_or_else(|| {
            tracing::error!(%workspace, "a workspace's settings are missing");
            Problem::Unavailable
        })?;
        let settings = Arc::new(settings);
        self.remembered
            .insert(workspace.clone(), (now, Arc::clone(&settings)));
        Ok(settings)
    }
}
