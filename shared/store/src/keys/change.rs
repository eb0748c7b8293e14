//! The frame of every change of a key: its item, its entry in the list and its line of the audit log
//! change together or not at all.

use aws_sdk_dynamodb::types::Update;
use aws_sdk_dynamodb::types::builders::UpdateBuilder;
use event::{KeyId, WorkspaceId};
use policy::KeyState;

use super::KeyVersion;
use super::condition::Condition;
use super::edit::Edit;
use crate::audit::AuditEntry;
use crate::fields::text;
use crate::schema::Key;
use crate::schema::control::{self, attribute};
use crate::transaction::{Transacted, Transaction};
use crate::{Store, StoreError};

/// Which key changes, and what the audit log says about it.
#[derive(Debug, Clone, Copy)]
pub struct KeyChange<'a> {
    /// The key's workspace; a key of another one does not exist.
    pub workspace: &'a WorkspaceId,
    /// The key.
    pub id: &'a KeyId,
    /// The version that the caller has seen: [`StoreError::VersionStale`] where it is not the newest.
    /// `None`: whichever it is.
    pub expected: Option<KeyVersion>,
    /// The line of the audit log.
    pub audit: &'a AuditEntry,
}

/// There is no such key in the workspace, or it is revoked.
const MISSING: StoreError = StoreError::NotFound { what: "key" };

impl Store {
    /// The transaction of a key's end: as [`Store::change`], but its entry goes.
    pub(super) fn end(
        &self,
        change: &KeyChange<'_>,
        tombstone: Edit,
    ) -> Result<Transaction, StoreError> {
        let entry = self.delete(control::index(change.workspace, change.id));
        Transaction::default()
            .update(tombstone.apply(self.living(change)))?
            .delete(Condition::seen(change).on_delete(entry))?
            .put(self.audit_put(change.workspace, change.audit)?)
    }

    /// The transaction of a change: the key's item, then its entry, then the line of the audit log.
    pub(super) fn change(
        &self,
        change: &KeyChange<'_>,
        key: Edit,
        entry: Edit,
    ) -> Result<Transaction, StoreError> {
        let listed = self.update(control::index(change.workspace, change.id));
        let entry = entry.count(attribute::VERSION).apply(listed);
        Transaction::default()
            .update(key.apply(self.living(change)))?
            .update(Condition::seen(change).on_update(entry))?
            .put(self.audit_put(change.workspace, change.audit)?)
    }

    /// Writes the transaction of a change, to which items may have been added behind.
    pub(super) async fn commit(
        &self,
        change: &KeyChange<'_>,
        operation: &'static str,
        transaction: Transaction,
    ) -> Result<(), StoreError> {
        let workspace = change.workspace;
        match self.transact(workspace, operation, transaction).await? {
            Transacted::Done => Ok(()),
            Transacted::Refused(1) if change.expected.is_some() => {
                let entry = self.key_entry(workspace, change.id).await?;
                Err(entry.map_or(MISSING, |_| StoreError::VersionStale))
            }
            Transacted::Refused(0 | 1) => Err(MISSING),
            Transacted::Refused(2) => Err(StoreError::Conflict {
                what: "an audit entry of the same moment",
            }),
            Transacted::Refused(_) => Err(StoreError::Conflict {
                what: "the name is taken",
            }),
        }
    }

    /// An update of the key's item, if it is the workspace's and not revoked.
    fn living(&self, change: &KeyChange<'_>) -> UpdateBuilder {
        self.update(control::key_state(change.id))
            .condition_expression("#ws = :ws AND #state <> :revoked")
            .expression_attribute_names("#ws", attribute::WORKSPACE)
            .expression_attribute_names("#state", attribute::STATE)
            .expression_attribute_values(":ws", text(change.workspace.as_str()))
            .expression_attribute_values(":revoked", text(KeyState::Revoked.as_str()))
    }

    pub(super) fn update(&self, key: Key) -> UpdateBuilder {
        Update::builder()
            .table_name(&self.tables().control)
            .set_key(Some(key.into_item()))
    }
}
