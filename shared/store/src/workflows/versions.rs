//! Every version that a workflow ever had.

use event::{Timestamp, WorkflowId, WorkspaceId};
use policy::Actor;

use super::item::{WHAT, body};
use super::{NewVersion, StoredWorkflow};
use crate::actor::CREATOR;
use crate::fields::{Fields, bytes, moment, number};
use crate::query::{Order, Range};
use crate::schema::control::attribute;
use crate::schema::workflows;
use crate::schema::{Item, Key, LAST};
use crate::store::Consistency;
use crate::{Store, StoreError, packed};

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

impl Store {
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
}

pub(super) fn from_version(
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
