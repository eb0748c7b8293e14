//! The end of a key.

use aws_sdk_dynamodb::types::builders::DeleteBuilder;
use aws_sdk_dynamodb::types::{Delete, Update};
use event::KeyId;
use policy::{KeyRecord, KeyState};

use crate::fields::text;
use crate::query::Range;
use crate::schema::control::{self, POLICY_PREFIX, attribute};
use crate::schema::{Key, LAST};
use crate::transaction::{Transacted, Transaction};
use crate::{Store, StoreError};

const OPERATION: &str = "revoking a key";

impl Store {
    /// Revokes the key for good. Of it remains a tombstone: id, workspace, kind and hashes, so that
    /// whoever still sends the key is told why it is refused. Name, list entry and sealed text go in
    /// the same transaction; the policies right after.
    ///
    /// Revoking again is a success, and finishes what an interruption left over.
    pub async fn revoke(&self, id: &KeyId) -> Result<(), StoreError> {
        let record = self
            .key(id)
            .await?
            .ok_or(StoreError::NotFound { what: "key" })?;
        if record.state != KeyState::Revoked {
            self.bury_key(&record).await?;
        }
        self.delete_policies(&record).await
    }

    async fn bury_key(&self, record: &KeyRecord) -> Result<(), StoreError> {
        let (id, workspace) = (&record.id, &record.workspace);
        let tombstone = Update::builder()
            .table_name(&self.tables().control)
            .set_key(Some(control::key_state(id).into_item()))
            .update_expression("SET #state = :revoked REMOVE #until")
            .condition_expression("#state <> :revoked")
            .expression_attribute_names("#state", attribute::STATE)
            .expression_attribute_names("#until", attribute::EXPIRES_AT)
            .expression_attribute_values(":revoked", text(KeyState::Revoked.as_str()));
        let mut transaction = Transaction::default()
            .update(tombstone)?
            .delete(self.delete(control::index(workspace, id)))?
            .delete(self.delete(control::sealed(id)))?;
        if let Some(entry) = self.key_entry(workspace, id).await? {
            let name = control::name(workspace, &entry.details.name);
            transaction = transaction.delete(self.delete(name))?;
        }
        match self.transact(workspace, OPERATION, transaction).await? {
            // Refused: someone else revoked it in between.
            Transacted::Done | Transacted::Refused(_) => Ok(()),
        }
    }

    async fn delete_policies(&self, record: &KeyRecord) -> Result<(), StoreError> {
        let range = Range {
            pk: control::key_partition(&record.id),
            from: POLICY_PREFIX.to_owned(),
            to: format!("{POLICY_PREFIX}{LAST}"),
        };
        let table = &self.tables().control;
        let found = self.query_keys(table, &range, None, OPERATION).await?;
        self.delete_all(table, &record.workspace, found, OPERATION)
            .await
    }

    fn delete(&self, key: Key) -> DeleteBuilder {
        Delete::builder()
            .table_name(&self.tables().control)
            .set_key(Some(key.into_item()))
    }
}
