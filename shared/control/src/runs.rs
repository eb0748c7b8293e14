//! Runs of workflows: looked at, ended, repeated, gone on with; and where webhooks go.

use std::time::Duration;

use event::{RunId, WorkspaceId};
use rand::RngExt as _;
use store::{
    AuditAction, AuditEntry, DestinationState, Due, DueWork, RunPage, RunsOf, Started, Store,
    StoreError, StoredRun,
};
use workflow::{Destination, Origin, Run, StepId, machine};

use crate::by::Changes;
use crate::workflows::not_found;
use crate::{By, ControlError};

/// The use cases of runs. Clones share the connection.
#[derive(Debug, Clone)]
pub struct Runs {
    store: Store,
}

impl Runs {
    /// On this store.
    pub const fn new(store: Store) -> Self {
        Self { store }
    }

    /// Some runs, the newest first, from behind `cursor` on.
    pub async fn list(
        &self,
        workspace: &WorkspaceId,
        of: &RunsOf,
        cursor: Option<&str>,
        limit: u16,
    ) -> Result<RunPage, ControlError> {
        Ok(self.store.runs(workspace, of, cursor, limit).await?)
    }

    /// One run.
    pub async fn read(&self, workspace: &WorkspaceId, id: &RunId) -> Result<Run, ControlError> {
        Ok(self.stored(workspace, id).await?.run)
    }

    /// Ends a run. What is under way is finished; nothing is begun after it.
    ///
    /// [`StoreError::Conflict`] where it has ended already.
    pub async fn cancel(
        &self,
        workspace: &WorkspaceId,
        by: &By,
        id: &RunId,
    ) -> Result<Run, ControlError> {
        let mut stored = self.stored(workspace, id).await?;
        if stored.run.ended().is_some() {
            let what = "the run has ended";
            return Err(StoreError::Conflict { what }.into());
        }
        let claimed = stored.claimed_until.filter(|until| *until > by.at);
        if claimed.is_some() {
            // Somebody works on it and sees this when it next records something.
            stored.run.cancelled = true;
        } else {
            machine::cancel(&mut stored.run, by.at);
        }
        let entry = noted(
            by,
            AuditAction::RunCancelled,
            &stored.run,
            Changes::default(),
        );
        self.save(workspace, &mut stored, claimed, &entry).await?;
        Ok(stored.run)
    }

    /// An id that no run has yet.
    pub fn new_id() -> Result<RunId, ControlError> {
        let bits: u128 = rand::rng().random();
        let id = RunId::parse(&format!("{bits:032x}"));
        id.map_err(|_| StoreError::Corrupt { what: "id" }.into())
    }

    /// Starts a run once more, from its first step and with the same inputs.
    pub async fn repeat(
        &self,
        workspace: &WorkspaceId,
        by: &By,
        id: &RunId,
    ) -> Result<Run, ControlError> {
        let new = Self::new_id()?;
        self.repeat_as(workspace, by, id, new).await
    }

    /// The same under an id that was chosen before, by [`Runs::new_id`]: who asks twice starts one run.
    ///
    /// [`StoreError::VersionStale`] where the run with that id is there already.
    pub async fn repeat_as(
        &self,
        workspace: &WorkspaceId,
        by: &By,
        id: &RunId,
        new: RunId,
    ) -> Result<Run, ControlError> {
        let old = self.read(workspace, id).await?;
        let what = "version";
        let version = self
            .store
            .workflow_version(workspace, &old.workflow, old.version)
            .await?
            .ok_or(StoreError::NotFound { what })?;
        let first = first_step(&version.definition)?;
        let mut inputs = old.inputs.clone();
        inputs.origin = Origin::Rerun(old.id.clone());
        let run = Run::new(new, old.workflow.clone(), old.version, first, inputs, by.at);
        let changes = Changes::default().set("run", run.id.as_str());
        let entry = noted(by, AuditAction::RunRepeated, &old, changes);
        match self.store.start_noted_run(workspace, &run, &entry).await? {
            Started::New => Ok(run),
            Started::Before => Err(StoreError::VersionStale.into()),
        }
    }

    /// Goes on with a run that failed, where it failed: within a minute.
    ///
    /// [`StoreError::Conflict`] where it did not fail.
    pub async fn replay(
        &self,
        workspace: &WorkspaceId,
        by: &By,
        id: &RunId,
    ) -> Result<Run, ControlError> {
        let mut stored = self.stored(workspace, id).await?;
        let failed_at = stored.run.ended().map(|ended| ended.ended_at);
        let (true, Some(failed_at)) = (machine::replay(&mut stored.run, by.at), failed_at) else {
            let what = "the run did not fail";
            return Err(StoreError::Conflict { what }.into());
        };
        let destination = stored.run.delivery().map(|it| &it.message.destination);
        let due = Due {
            at: by.at,
            workspace: workspace.clone(),
            work: DueWork::Run(id.clone()),
            destination: destination.map(|it| it.as_str().to_owned()),
        };
        let entry = noted(
            by,
            AuditAction::RunReplayed,
            &stored.run,
            Changes::default(),
        );
        self.store.put_due(&due).await?;
        self.save(workspace, &mut stored, None, &entry).await?;
        // Whoever came to that place before the run was saved found one that had ended, and drops it, now
        // or later: so the second place is another one.
        let second = Due {
            at: by.at.plus(Duration::from_millis(1)),
            ..due
        };
        self.store.put_due(&second).await?;
        self.store.unlist_dead(workspace, id, failed_at).await?;
        Ok(stored.run)
    }

    /// Destinations that failed lately or take long, with those that are paused.
    pub async fn destinations(
        &self,
        workspace: &WorkspaceId,
    ) -> Result<Vec<DestinationState>, ControlError> {
        Ok(self.store.destinations(workspace).await?)
    }

    /// Sends to a destination again that is paused. What waited for it goes on when its pause would
    /// have ended.
    pub async fn resume_destination(
        &self,
        workspace: &WorkspaceId,
        by: &By,
        destination: &Destination,
    ) -> Result<(), ControlError> {
        let was_paused = self
            .store
            .resume_destination(workspace, destination, by.at)
            .await?;
        if !was_paused {
            return Err(not_found("destination that is paused"));
        }
        let action = AuditAction::DestinationResumed;
        let entry = by.noted(action, destination.as_str(), None, Changes::default());
        Ok(self.store.append_audit(workspace, &entry).await?)
    }

    async fn stored(&self, workspace: &WorkspaceId, id: &RunId) -> Result<StoredRun, ControlError> {
        let found = self.store.run(workspace, id).await?;
        found.ok_or_else(|| not_found("run"))
    }

    async fn save(
        &self,
        workspace: &WorkspaceId,
        stored: &mut StoredRun,
        claimed: Option<event::Timestamp>,
        entry: &AuditEntry,
    ) -> Result<(), ControlError> {
        let saved = self
            .store
            .save_noted_run(workspace, stored, claimed, entry)
            .await?;
        if saved {
            Ok(())
        } else {
            let what = "the run went on meanwhile: try again";
            Err(StoreError::Conflict { what }.into())
        }
    }
}

/// The line of the audit log about something done to a run.
fn noted(by: &By, action: AuditAction, run: &Run, changes: Changes) -> AuditEntry {
    let changes = changes.set("workflow", run.workflow.as_str());
    by.noted(action, run.id.as_str(), None, changes)
}

/// The step that a definition begins with.
fn first_step(definition: &str) -> Result<StepId, ControlError> {
    let definition = workflow::Definition::stored(definition);
    let definition = definition.map_err(|_| StoreError::Corrupt { what: "workflow" })?;
    let first = definition.first().cloned();
    first.ok_or_else(|| StoreError::Corrupt { what: "workflow" }.into())
}
