//! Workflows: each as it is now, every version it ever had, and what a call names to start it.

mod item;
mod versions;

use aws_sdk_dynamodb::types::{Delete, Put};
use event::{Timestamp, TriggerId, WorkflowId, WorkspaceId};
use policy::Actor;

use self::item::{from_workflow, to_workflow};
use self::versions::from_version;
pub use self::versions::{WorkflowVersion, WorkflowVersions};
use crate::fields::{Fields, number, text};
use crate::keys::SealedSecret;
use crate::query::Range;
use crate::schema::LAST;
use crate::schema::workflows::{self, attribute as own};
use crate::store::{Consistency, absent};
use crate::transaction::{Transacted, Transaction};
use crate::{AuditEntry, Store, StoreError};

/// What a call of a trigger finds where it starts runs.
const ON: &str = "on";
/// What it finds where the workflow is paused.
const PAUSED: &str = "paused";

/// A workflow as it is now.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredWorkflow {
    /// Its id.
    pub id: WorkflowId,
    /// What people call it.
    pub name: String,
    /// Whether anything starts it.
    pub active: bool,
    /// Its newest version; counted from 1.
    pub version: u64,
    /// Counts all changes, pauses and new secrets among them.
    pub revision: u64,
    /// The newest version's definition, as JSON.
    pub definition: String,
    /// What a call names to start it. Every workflow has one, whatever starts it.
    pub trigger: TriggerId,
    /// Whether a call starts it.
    pub starts_by_call: bool,
    /// When it came into being.
    pub created_at: Timestamp,
    /// Who made it.
    pub creator: Actor,
    /// When it was last changed.
    pub changed_at: Timestamp,
    /// The secret that its webhooks are signed with, sealed.
    pub secret: SealedSecret,
    /// The secret before, and until when webhooks are signed with it, too.
    pub previous: Option<WorkflowSecret>,
}

/// A secret that is good for a while.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkflowSecret {
    /// The secret, sealed.
    pub secret: SealedSecret,
    /// Until then.
    pub until: Timestamp,
}

/// Who saves a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewVersion {
    /// Who.
    pub creator: Actor,
}

/// What a call of the API finds under a trigger's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApiTrigger {
    /// A workflow that it starts.
    On(WorkflowId),
    /// A workflow that is paused.
    Paused,
}

impl Store {
    /// The workflow of that id.
    pub async fn workflow(
        &self,
        workspace: &WorkspaceId,
        id: &WorkflowId,
    ) -> Result<Option<StoredWorkflow>, StoreError> {
        let key = workflows::workflow(workspace, id);
        let table = &self.tables().control;
        let found = self
            .get(table, key, Consistency::Strong, "reading a workflow")
            .await?;
        found.as_ref().map(to_workflow).transpose()
    }

    /// All workflows of the workspace, in the order of their ids.
    pub async fn workflows(
        &self,
        workspace: &WorkspaceId,
    ) -> Result<Vec<StoredWorkflow>, StoreError> {
        let prefix = workflows::WORKFLOW_PREFIX;
        let range = Range {
            pk: crate::schema::control::workspace_partition(workspace),
            from: prefix.to_owned(),
            to: format!("{prefix}{LAST}"),
        };
        let table = &self.tables().control;
        let items = self
            .query_all(table, &range, Consistency::Strong, "listing workflows")
            .await?;
        items.iter().map(to_workflow).collect()
    }

    /// What a call that names this trigger starts; `None`: nothing, there is no such trigger.
    pub async fn api_trigger(
        &self,
        workspace: &WorkspaceId,
        trigger: &TriggerId,
    ) -> Result<Option<ApiTrigger>, StoreError> {
        let key = workflows::trigger(workspace, trigger);
        let table = &self.tables().control;
        let found = self
            .get(table, key, Consistency::Strong, "reading a trigger")
            .await?;
        let Some(item) = found else {
            return Ok(None);
        };
        let fields = Fields::new(&item, "trigger");
        match fields.text(own::STARTS)? {
            ON => {
                let parse = |text: &str| WorkflowId::parse(text).ok();
                Ok(Some(ApiTrigger::On(fields.parsed(own::WORKFLOW, parse)?)))
            }
            PAUSED => Ok(Some(ApiTrigger::Paused)),
            _ => Err(fields.corrupt()),
        }
    }

    /// Stores a workflow: a new one, or one in the place of `old`. Where its version is a new one, that
    /// is kept, too, as saved by `version`.
    ///
    /// [`StoreError::VersionStale`] where `old` is not what is there.
    pub async fn put_workflow(
        &self,
        workspace: &WorkspaceId,
        old: Option<&StoredWorkflow>,
        new: &StoredWorkflow,
        version: Option<&NewVersion>,
        audit: &AuditEntry,
    ) -> Result<(), StoreError> {
        let table = &self.tables().control;
        let put = Put::builder()
            .table_name(table)
            .set_item(Some(from_workflow(workspace, new)?));
        let put = match old {
            None => put.condition_expression(absent()),
            Some(old) => put
                .condition_expression("#revision = :revision")
                .expression_attribute_names("#revision", own::REVISION)
                .expression_attribute_values(":revision", number(old.revision)),
        };
        let mut transaction = Transaction::default().put(put)?;
        if let Some(version) = version {
            let item = from_version(workspace, new, version)?;
            transaction = transaction.put(self.put_new(item))?;
        }
        let trigger = workflows::trigger(workspace, &new.trigger);
        if new.starts_by_call {
            let mut item = trigger.into_item();
            item.insert(own::WORKFLOW.to_owned(), text(new.id.as_str()));
            let state = if new.active { ON } else { PAUSED };
            item.insert(own::STARTS.to_owned(), text(state));
            let put = Put::builder().table_name(table).set_item(Some(item));
            transaction = transaction.put(put)?;
        } else if old.is_some_and(|old| old.starts_by_call) {
            let delete = Delete::builder()
                .table_name(table)
                .set_key(Some(trigger.into_item()));
            transaction = transaction.delete(delete)?;
        }
        let transaction = transaction.put(self.audit_put(workspace, audit)?)?;
        match self
            .transact(workspace, "storing a workflow", transaction)
            .await?
        {
            Transacted::Done => Ok(()),
            Transacted::Refused(_) => Err(StoreError::VersionStale),
        }
    }
}
