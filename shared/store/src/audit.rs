//! The audit log: who did what to which thing, from where and when. Entries are only ever added.

mod action;
mod item;
mod page;

use std::net::IpAddr;

use aws_sdk_dynamodb::types::builders::PutBuilder;
use event::{Timestamp, WorkspaceId};
use policy::Actor;
use serde_json::{Map, Value};

pub use action::AuditAction;
pub use page::{AuditPage, AuditQuery, RecordedEntry};

use crate::transaction::{Transacted, Transaction};
use crate::{Store, StoreError};

/// One line of the audit log. Holds no secret: what changed names the members of a thing, and their
/// values before and after where these are no secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// From which address; none where it was no request.
    pub address: Option<IpAddr>,
    /// The request, as the logs and the answer name it; none where it was no request.
    pub request_id: Option<String>,
    /// What.
    pub action: AuditAction,
    /// The id of the thing: a key's, a service account's; the workspace's own for its settings.
    pub subject: String,
    /// The thing's name at that time.
    pub subject_name: Option<String>,
    /// The members that changed: `{"name": {"from": "a", "to": "b"}}`. A member that came into being
    /// has no `from`, one that went has no `to`.
    pub changes: Map<String, Value>,
}

impl Store {
    /// Adds an entry about something that changes no item, as the reveal of a key.
    ///
    /// What does change an item takes its entry along in the same transaction.
    pub async fn append_audit(
        &self,
        workspace: &WorkspaceId,
        entry: &AuditEntry,
    ) -> Result<(), StoreError> {
        let transaction = Transaction::default().put(self.audit_put(workspace, entry)?)?;
        match self
            .transact(workspace, "writing the audit log", transaction)
            .await?
        {
            Transacted::Done => Ok(()),
            // The random part of the key is that of another entry of the same millisecond.
            Transacted::Refused(_) => Err(StoreError::Conflict {
                what: "an audit entry of the same moment",
            }),
        }
    }

    /// The put of an entry, for the transaction of what it is about.
    pub(crate) fn audit_put(
        &self,
        workspace: &WorkspaceId,
        entry: &AuditEntry,
    ) -> Result<PutBuilder, StoreError> {
        Ok(self.put_new(item::to_item(workspace, entry)?))
    }
}
