//! Workflows: each as it is now, every version it ever had, and what a call names to start it.

use aws_sdk_dynamodb::types::{Delete, Put};
use event::{Timestamp, TriggerId, WorkflowId, WorkspaceId};
use policy::Actor;

use crate::actor::CREATOR;
use crate::fields::{Fields, bytes, moment, number, text};
use crate::keys::SealedSecret;
use crate::query::{Order, Range};
use crate::schema::control::attribute;
use crate::schema::workflows::{self, attribute as own};
use crate::schema::{Item, Key, LAST};
use crate::store::{Consistency, absent};
use crate::transaction::{Transacted, Transaction};
use crate::{AuditEntry, Store, StoreError, packed};

const WHAT: &str = "workflow";
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

/// A version of a workflow's definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkflowVersion {
    /// Counted from 1.
    pub version: u64,
    /// When it was saved.
    pub created_at: Timestamp,
    /// Who saved it.
    pub creator: Actor,
    /// The definition, as JSON.
    pub definition: String,
}

/// Some versions, the newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkflowVersions {
    /// The versions.
    pub versions: Vec<WorkflowVersion>,
    /// Whether there are older ones.
    pub more: bool,
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

    /// One version of a workflow.
    pub async fn workflow_version(
        &self,
        workspace: &WorkspaceId,
        id: &WorkflowId,
        version: u64,
    ) -> Result<Option<WorkflowVersion>, StoreError> {
        let key = Key::new(
            workflows::versions(workspace, id),
            workflows::version(version),
        );
        let table = &self.tables().control;
        let found = self
            .get(table, key, Consistency::Strong, "reading a workflow")
            .await?;
        found.as_ref().map(to_version).transpose()
    }

    /// The versions before `before`, or the newest ones: `limit` at most, the newest first.
    pub async fn workflow_versions(
        &self,
        workspace: &WorkspaceId,
        id: &WorkflowId,
        before: Option<u64>,
        limit: u16,
    ) -> Result<WorkflowVersions, StoreError> {
        let below = before.unwrap_or(u64::MAX).saturating_sub(1);
        let to = match before {
            None => format!("{}{LAST}", workflows::VERSION_PREFIX),
            Some(_) => workflows::version(below),
        };
        let range = Range {
            pk: workflows::versions(workspace, id),
            from: workflows::version(1),
            to,
        };
        let (limit, table) = (usize::from(limit), &self.tables().control);
        let mut versions = Vec::new();
        let mut start = None;
        while versions.len() <= limit && below > 0 {
            let wanted = i32::try_from(limit + 1 - versions.len()).unwrap_or(i32::MAX);
            let (order, consistency) = (Order::Descending(wanted), Consistency::Strong);
            let page = self
                .query_page(table, &range, order, consistency, start, "listing versions")
                .await?;
            for found in &page.items {
                versions.push(to_version(found)?);
            }
            start = page.next;
            if start.is_none() {
                break;
            }
        }
        let more = versions.len() > limit;
        versions.truncate(limit);
        Ok(WorkflowVersions { versions, more })
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

fn from_workflow(workspace: &WorkspaceId, workflow: &StoredWorkflow) -> Result<Item, StoreError> {
    let mut item = workflows::workflow(workspace, &workflow.id).into_item();
    CREATOR.write(&workflow.creator, &mut item);
    let body = packed::pack(workflow.definition.as_bytes(), WHAT)?;
    let mut set = |name: &str, value| item.insert(name.to_owned(), value);
    set(own::WORKFLOW, text(workflow.id.as_str()));
    set(attribute::NAME, text(&workflow.name));
    set(
        attribute::STATE,
        text(if workflow.active { ON } else { PAUSED }),
    );
    set(attribute::VERSION, number(workflow.version));
    set(own::REVISION, number(workflow.revision));
    set(attribute::BODY, bytes(body));
    set(own::TRIGGER, text(workflow.trigger.as_str()));
    set(
        own::STARTS,
        text(if workflow.starts_by_call {
            "call"
        } else {
            "other"
        }),
    );
    set(attribute::CREATED_AT, moment(workflow.created_at));
    set(own::CHANGED_AT, moment(workflow.changed_at));
    set(attribute::RING_KEY, text(&workflow.secret.ring_key));
    set(
        attribute::SEALED,
        bytes(workflow.secret.nonce_and_ciphertext.clone()),
    );
    if let Some(previous) = &workflow.previous {
        set(own::PREVIOUS_RING_KEY, text(&previous.secret.ring_key));
        let sealed = previous.secret.nonce_and_ciphertext.clone();
        set(own::PREVIOUS_SEALED, bytes(sealed));
        set(own::PREVIOUS_UNTIL, moment(previous.until));
    }
    Ok(item)
}

fn to_workflow(item: &Item) -> Result<StoredWorkflow, StoreError> {
    let fields = Fields::new(item, WHAT);
    let count = |name: &str| u64::try_from(fields.number(name)?).map_err(|_| fields.corrupt());
    let previous = match fields.optional_moment(own::PREVIOUS_UNTIL)? {
        None => None,
        Some(until) => Some(WorkflowSecret {
            secret: SealedSecret {
                ring_key: fields.text(own::PREVIOUS_RING_KEY)?.to_owned(),
                nonce_and_ciphertext: fields.bytes(own::PREVIOUS_SEALED)?.to_vec(),
            },
            until,
        }),
    };
    Ok(StoredWorkflow {
        id: fields.parsed(own::WORKFLOW, |text| WorkflowId::parse(text).ok())?,
        name: fields.text(attribute::NAME)?.to_owned(),
        active: fields.text(attribute::STATE)? == ON,
        version: count(attribute::VERSION)?,
        revision: count(own::REVISION)?,
        definition: body(fields)?,
        trigger: fields.parsed(own::TRIGGER, |text| TriggerId::parse(text).ok())?,
        starts_by_call: fields.text(own::STARTS)? == "call",
        created_at: fields.moment(attribute::CREATED_AT)?,
        creator: CREATOR.read(fields)?,
        changed_at: fields.moment(own::CHANGED_AT)?,
        secret: SealedSecret {
            ring_key: fields.text(attribute::RING_KEY)?.to_owned(),
            nonce_and_ciphertext: fields.bytes(attribute::SEALED)?.to_vec(),
        },
        previous,
    })
}

fn from_version(
    workspace: &WorkspaceId,
    workflow: &StoredWorkflow,
    version: &NewVersion,
) -> Result<Item, StoreError> {
    let pk = workflows::versions(workspace, &workflow.id);
    let mut item = Key::new(pk, workflows::version(workflow.version)).into_item();
    CREATOR.write(&version.creator, &mut item);
    let body = packed::pack(workflow.definition.as_bytes(), WHAT)?;
    let mut set = |name: &str, value| item.insert(name.to_owned(), value);
    set(attribute::VERSION, number(workflow.version));
    set(attribute::CREATED_AT, moment(workflow.changed_at));
    set(attribute::BODY, bytes(body));
    Ok(item)
}

fn to_version(item: &Item) -> Result<WorkflowVersion, StoreError> {
    let fields = Fields::new(item, WHAT);
    let version = u64::try_from(fields.number(attribute::VERSION)?);
    Ok(WorkflowVersion {
        version: version.map_err(|_| fields.corrupt())?,
        created_at: fields.moment(attribute::CREATED_AT)?,
        creator: CREATOR.read(fields)?,
        definition: body(fields)?,
    })
}

fn body(fields: Fields<'_>) -> Result<String, StoreError> {
    let body = packed::unpack(fields.bytes(attribute::BODY)?, WHAT)?;
    String::from_utf8(body).map_err(|_| fields.corrupt())
}
