//! The end of a key.

use aws_sdk_dynamodb::types::Delete;
use aws_sdk_dynamodb::types::builders::DeleteBuilder;
use event::{KeyId, WorkspaceId};
use policy::{KeyKind, KeyState};

use super::change::KeyChange;
use super::edit::Edit;
use crate::fields::text;
use crate::query::Range;
use crate::schema::control::{self, POLICY_PREFIX, attribute};
use crate::schema::{Key, LAST};
use crate::{Store, StoreError};

const OPERATION: &str = "revoking a key";
/// Attempts where somebody else changes the key at the same time.
const MAX_ATTEMPTS: u32 = 8;

impl Store {
    /// Revokes the key for good. Of it remains a tombstone: id, workspace, kind and hashes, so that
    /// whoever still sends the key is told why it is refused. Name, list entry and sealed text go in
    /// the same transaction; the policies right after.
    ///
    /// [`StoreError::NotFound`] where the workspace has no such key, or had it;
    /// [`Store::finish_revocation`] does what an interruption left over.
    pub async fn revoke(&self, change: &KeyChange<'_>) -> Result<(), StoreError> {
        for _ in 0..MAX_ATTEMPTS {
            match self.bury(change).await {
                // The name, of all things, may have changed in between.
                Err(StoreError::VersionStale) if change.expected.is_none() => {}
                Err(error) => return Err(error),
                Ok(()) => return self.delete_policies(change.workspace, change.id).await,
            }
        }
        Err(StoreError::VersionStale)
    }

    /// Deletes what a revocation that was interrupted left of the key; nothing for any other key.
    pub async fn finish_revocation(
        &self,
        workspace: &WorkspaceId,
        id: &KeyId,
    ) -> Result<(), StoreError> {
        let record = self.key(id).await?;
        // Those of service accounts stay listed when they have ended.
        let revoked = record.filter(|key| {
            key.workspace == *workspace
                && key.state == KeyState::Revoked
                && key.kind != KeyKind::ServiceAccount
        });
        match revoked {
            None => Ok(()),
            Some(_) => self.delete_policies(workspace, id).await,
        }
    }

    async fn bury(&self, change: &KeyChange<'_>) -> Result<(), StoreError> {
        let (workspace, id) = (change.workspace, change.id);
        let entry = self.key_entry(workspace, id).await?;
        let entry = entry.ok_or(StoreError::NotFound { what: "key" })?;
        let seen = KeyChange {
            expected: Some(change.expected.unwrap_or(entry.version)),
            ..*change
        };
        let tombstone = Edit::default()
            .set(attribute::STATE, text(KeyState::Revoked.as_str()))
            .remove(attribute::EXPIRES_AT);
        let mut transaction = self
            .end(&seen, tombstone)?
            .delete(self.delete(control::sealed(id)))?
            .delete(self.delete(control::name(workspace, &entry.details.name)))?;
        if entry.kind == KeyKind::Metrics {
            transaction = transaction.delete(self.delete(control::metrics_key(workspace)))?;
        }
        self.commit(&seen, OPERATION, transaction).await
    }

    async fn delete_policies(&self, workspace: &WorkspaceId, id: &KeyId) -> Result<(), StoreError> {
        let range = Range {
            pk: control::key_partition(id),
            from: POLICY_PREFIX.to_owned(),
            to: format!("{POLICY_PREFIX}{LAST}"),
        };
        let table = &self.tables().control;
        let found = self.query_keys(table, &range, None, OPERATION).await?;
        self.delete_all(table, workspace, found, OPERATION).await
    }

    pub(super) fn delete(&self, key: Key) -> DeleteBuilder {
        Delete::builder()
            .table_name(&self.tables().control)
            .set_key(Some(key.into_item()))
    }
}
