//! Workflows: made, changed, paused, given new secrets.

mod secret;

use event::{Timestamp, TriggerId, WorkflowId, WorkspaceId};
use rand::RngExt as _;
use rand::distr::{Alphanumeric, SampleString as _};
use secrets::{Secrets, WebhookSecret};
use store::{
    AuditAction, Due, DueWork, NewVersion, Store, StoreError, StoredWorkflow, WorkflowVersion,
    WorkflowVersions,
};
use workflow::{Definition, Rules, Trigger};

pub use self::secret::MAX_WEBHOOK_OVERLAP;
use crate::by::Changes;
use crate::{By, ControlError, FieldError};

/// Workflows of a workspace, at most.
const MAX_WORKFLOWS: usize = 200;
/// Length of a workflow's id, in characters.
const ID_CHARS: usize = 12;

/// The use cases of workflows. Clones share the connection.
#[derive(Debug, Clone)]
pub struct Workflows {
    store: Store,
    secrets: Secrets,
    rules: Rules,
}

/// A workflow with the secret that is shown this once.
#[derive(Debug, Clone)]
pub struct IssuedWorkflow {
    /// The workflow.
    pub workflow: StoredWorkflow,
    /// What its webhooks are signed with.
    pub secret: WebhookSecret,
}

impl Workflows {
    /// On this store; `loopback` lets webhooks go to the machine itself.
    pub const fn new(store: Store, secrets: Secrets, loopback: bool) -> Self {
        Self {
            store,
            secrets,
            rules: Rules { loopback },
        }
    }

    /// All workflows, by name.
    pub async fn list(&self, workspace: &WorkspaceId) -> Result<Vec<StoredWorkflow>, ControlError> {
        let mut workflows = self.store.workflows(workspace).await?;
        workflows.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        Ok(workflows)
    }

    /// One workflow.
    pub async fn read(
        &self,
        workspace: &WorkspaceId,
        id: &WorkflowId,
    ) -> Result<StoredWorkflow, ControlError> {
        let found = self.store.workflow(workspace, id).await?;
        found.ok_or_else(|| not_found("workflow"))
    }

    /// Whether that could be saved.
    ///
    /// [`ControlError::Invalid`] with all that is wrong.
    pub fn check(&self, definition: &str) -> Result<(), ControlError> {
        self.parse(definition).map(drop)
    }

    /// An id that no workflow has yet.
    pub fn new_id() -> Result<WorkflowId, ControlError> {
        let text = Alphanumeric.sample_string(&mut rand::rng(), ID_CHARS);
        WorkflowId::parse(&text).map_err(|_| not_made())
    }

    /// Makes a workflow, which is active at once.
    ///
    /// [`ControlError::Invalid`] with all that is wrong in the definition.
    pub async fn create(
        &self,
        workspace: &WorkspaceId,
        by: &By,
        definition: &str,
    ) -> Result<IssuedWorkflow, ControlError> {
        let id = Self::new_id()?;
        self.create_as(workspace, by, id, definition).await
    }

    /// The same under an id that was chosen before, by [`Workflows::new_id`]: who asks twice makes one.
    ///
    /// [`StoreError::VersionStale`] where the workflow with that id was made already.
    pub async fn create_as(
        &self,
        workspace: &WorkspaceId,
        by: &By,
        id: WorkflowId,
        definition: &str,
    ) -> Result<IssuedWorkflow, ControlError> {
        let parsed = self.parse(definition)?;
        if self.store.workflows(workspace).await?.len() >= MAX_WORKFLOWS {
            let what = "the workspace has 200 workflows, which is the most";
            return Err(StoreError::Conflict { what }.into());
        }
        let secret = WebhookSecret::generate(&mut rand::rng());
        let workflow = StoredWorkflow {
            secret: self.secrets.seal_webhook(&id, &secret).await?,
            trigger: new_trigger()?,
            id,
            name: parsed.name.clone(),
            active: true,
            version: 1,
            revision: 1,
            definition: definition.to_owned(),
            starts_by_call: parsed.trigger == Trigger::Api,
            created_at: by.at,
            creator: by.actor.clone(),
            changed_at: by.at,
            previous: None,
        };
        let changes = Changes::default()
            .set("name", workflow.name.as_str())
            .set("version", 1);
        self.put(
            workspace,
            by,
            None,
            &workflow,
            AuditAction::WorkflowCreated,
            changes,
        )
        .await?;
        Ok(IssuedWorkflow { workflow, secret })
    }

    /// Gives a workflow another definition, as its next version. Runs under way go on as they began.
    ///
    /// [`ControlError::Invalid`] with all that is wrong; [`StoreError::VersionStale`] where the
    /// workflow's revision is not `expected`.
    pub async fn replace(
        &self,
        workspace: &WorkspaceId,
        by: &By,
        id: &WorkflowId,
        expected: u64,
        definition: &str,
    ) -> Result<StoredWorkflow, ControlError> {
        let parsed = self.parse(definition)?;
        let old = self.read(workspace, id).await?;
        if old.revision != expected {
            return Err(StoreError::VersionStale.into());
        }
        if old.definition == definition {
            self.queue(next_start(workspace, &old, by.at).as_ref())
                .await?;
            return Ok(old);
        }
        let new = StoredWorkflow {
            name: parsed.name.clone(),
            version: old.version + 1,
            revision: old.revision + 1,
            definition: definition.to_owned(),
            starts_by_call: parsed.trigger == Trigger::Api,
            changed_at: by.at,
            ..old.clone()
        };
        let changes = Changes::default()
            .replace("name", old.name.as_str(), new.name.as_str())
            .replace("version", old.version, new.version);
        let action = AuditAction::WorkflowChanged;
        self.put(workspace, by, Some(&old), &new, action, changes)
            .await?;
        Ok(new)
    }

    /// Pauses a workflow: nothing starts it. Runs under way go on. Or lets it go on.
    pub async fn set_active(
        &self,
        workspace: &WorkspaceId,
        by: &By,
        id: &WorkflowId,
        active: bool,
    ) -> Result<(), ControlError> {
        let old = self.read(workspace, id).await?;
        if old.active == active {
            return self
                .queue(next_start(workspace, &old, by.at).as_ref())
                .await;
        }
        let new = StoredWorkflow {
            active,
            revision: old.revision + 1,
            changed_at: by.at,
            ..old.clone()
        };
        let action = if active {
            AuditAction::WorkflowResumed
        } else {
            AuditAction::WorkflowPaused
        };
        self.put(workspace, by, Some(&old), &new, action, Changes::default())
            .await
    }

    /// The versions before `before`, or the newest ones: `limit` at most, the newest first.
    pub async fn versions(
        &self,
        workspace: &WorkspaceId,
        id: &WorkflowId,
        before: Option<u64>,
        limit: u16,
    ) -> Result<WorkflowVersions, ControlError> {
        self.read(workspace, id).await?;
        let versions = self
            .store
            .workflow_versions(workspace, id, before, limit)
            .await?;
        Ok(versions)
    }

    /// One version.
    pub async fn version(
        &self,
        workspace: &WorkspaceId,
        id: &WorkflowId,
        version: u64,
    ) -> Result<WorkflowVersion, ControlError> {
        let found = self.store.workflow_version(workspace, id, version).await?;
        found.ok_or_else(|| not_found("version"))
    }

    fn parse(&self, definition: &str) -> Result<Definition, ControlError> {
        Definition::parse(definition, self.rules).map_err(|faults| {
            let error = |fault: workflow::Fault| FieldError::new(fault.path, fault.message);
            ControlError::Invalid(faults.into_iter().map(error).collect())
        })
    }

    /// Stores a workflow, and before it its place in the queue: a place that no schedule matches starts
    /// nothing, but a workflow without a place would never start.
    async fn put(
        &self,
        workspace: &WorkspaceId,
        by: &By,
        old: Option<&StoredWorkflow>,
        new: &StoredWorkflow,
        action: AuditAction,
        changes: Changes,
    ) -> Result<(), ControlError> {
        let entry = by.noted(action, new.id.as_str(), Some(&new.name), changes);
        let is_new = old.is_none_or(|old| old.version != new.version);
        let version = is_new.then(|| NewVersion {
            creator: by.actor.clone(),
        });
        let next = next_start(workspace, new, by.at);
        self.queue(next.as_ref()).await?;
        self.store
            .put_workflow(workspace, old, new, version.as_ref(), &entry)
            .await?;
        // Whoever came to that place before the workflow was there drops it, perhaps only now: then the
        // time after it is left. It is stored, so this is no reason to say that it is not.
        let after = next
            .as_ref()
            .and_then(|next| next_start(workspace, new, next.at));
        for due in [&next, &after] {
            if let Err(error) = self.queue(due.as_ref()).await {
                tracing::warn!(%workspace, workflow = %new.id, %error, "queued once only");
            }
        }
        tracing::info!(%workspace, workflow = %new.id, action = action.as_str(), "workflow stored");
        Ok(())
    }

    /// Puts the next time of a schedule into the queue. What stands there of an earlier one starts
    /// nothing any more.
    async fn queue(&self, next: Option<&Due>) -> Result<(), ControlError> {
        if let Some(due) = next {
            self.store.put_due(due).await?;
        }
        Ok(())
    }
}

/// When a workflow starts by its schedule; nothing where it is paused or has none.
fn next_start(workspace: &WorkspaceId, workflow: &StoredWorkflow, now: Timestamp) -> Option<Due> {
    let definition = Definition::stored(&workflow.definition).ok()?;
    let Trigger::Schedule(schedule) = &definition.trigger else {
        return None;
    };
    let at = schedule.next(now).filter(|_| workflow.active)?;
    Some(Due {
        at,
        workspace: workspace.clone(),
        work: DueWork::Schedule(workflow.id.clone()),
        destination: None,
    })
}

pub(crate) fn not_found(what: &'static str) -> ControlError {
    StoreError::NotFound { what }.into()
}

/// A random UUID of version 4.
fn new_trigger() -> Result<TriggerId, ControlError> {
    let bits: u128 = rand::rng().random();
    let bits = bits & !(0xf << 76) | 0x4 << 76;
    let bits = bits & !(0b11 << 62) | 0b10 << 62;
    let digits = format!("{bits:032x}");
    let mut text = String::with_capacity(36);
    for (place, digit) in digits.chars().enumerate() {
        if matches!(place, 8 | 12 | 16 | 20) {
            text.push('-');
        }
        text.push(digit);
    }
    TriggerId::parse(&text).map_err(|_| not_made())
}

/// What is made here has the form that it must have, so this is never seen.
fn not_made() -> ControlError {
    StoreError::Corrupt { what: "id" }.into()
}
