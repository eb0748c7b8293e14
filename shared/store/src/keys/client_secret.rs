//! Which client secrets of a metrics key are accepted. The secrets themselves lie elsewhere.

use aws_sdk_dynamodb::types::Update;
use policy::{KeyRecord, KeyState, PreviousClientSecret};

use crate::fields::{moment, text};
use crate::schema::control::{self, attribute};
use crate::transaction::{Transacted, Transaction};
use crate::{AuditEntry, Store, StoreError};

impl Store {
    /// Says which client secret beside the newest one is accepted, and until when; `None`: no other.
    ///
    /// [`StoreError::VersionStale`] where another one was accepted than the record says,
    /// [`StoreError::Conflict`] where the key is revoked.
    pub async fn set_previous_client_secret(
        &self,
        record: &KeyRecord,
        previous: Option<&PreviousClientSecret>,
        audit: &AuditEntry,
    ) -> Result<(), StoreError> {
        if record.state == KeyState::Revoked {
            return Err(StoreError::Conflict {
                what: "the key is revoked",
            });
        }
        let update = Update::builder()
            .table_name(&self.tables().control)
            .set_key(Some(control::key_state(&record.id).into_item()))
            .expression_attribute_names("#state", attribute::STATE)
            .expression_attribute_names("#secret", attribute::PREVIOUS_CLIENT_SECRET)
            .expression_attribute_names("#until", attribute::PREVIOUS_CLIENT_SECRET_EXPIRES_AT)
            .expression_attribute_values(":revoked", text(KeyState::Revoked.as_str()));
        let update = match &record.previous_client_secret {
            None => {
                update.condition_expression("#state <> :revoked AND attribute_not_exists(#secret)")
            }
            Some(known) => update
                .condition_expression("#state <> :revoked AND #secret = :known")
                .expression_attribute_values(":known", text(&known.version)),
        };
        let update = match previous {
            None => update.update_expression("REMOVE #secret, #until"),
            Some(previous) => update
                .update_expression("SET #secret = :secret, #until = :until")
                .expression_attribute_values(":secret", text(&previous.version))
                .expression_attribute_values(":until", moment(previous.expires_at)),
        };
        let transaction = Transaction::default()
            .update(update)?
            .put(self.audit_put(&record.workspace, audit)?)?;
        match self
            .transact(&record.workspace, "changing a client secret", transaction)
            .await?
        {
            Transacted::Done => Ok(()),
            Transacted::Refused(_) => Err(StoreError::VersionStale),
        }
    }
}
