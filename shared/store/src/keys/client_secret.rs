//! Which client secrets of a metrics key are accepted. The secrets themselves lie elsewhere.

use aws_sdk_dynamodb::types::Update;
use policy::{KeyRecord, KeyState, PreviousClientSecret};

use crate::fields::{moment, text};
use crate::schema::control::{self, attribute};
use crate::transaction::{Transacted, Transaction};
use crate::{AuditEntry, Store, StoreError};

impl Store {
    /// Says which client secret counts (`None`: the newest that there is), and which one beside it until
    /// when (`None`: no other).
    ///
    /// [`StoreError::VersionStale`] where others counted than the record says,
    /// [`StoreError::Conflict`] where the key is revoked.
    pub async fn set_client_secrets(
        &self,
        record: &KeyRecord,
        current: Option<&str>,
        previous: Option<&PreviousClientSecret>,
        audit: &AuditEntry,
    ) -> Result<(), StoreError> {
        if record.state == KeyState::Revoked {
            return Err(StoreError::Conflict {
                what: "the key is revoked",
            });
        }
        let mut update = Update::builder()
            .table_name(&self.tables().control)
            .set_key(Some(control::key_state(&record.id).into_item()))
            .expression_attribute_names("#state", attribute::STATE)
            .expression_attribute_names("#current", attribute::CLIENT_SECRET)
            .expression_attribute_names("#previous", attribute::PREVIOUS_CLIENT_SECRET)
            .expression_attribute_names("#until", attribute::PREVIOUS_CLIENT_SECRET_EXPIRES_AT)
            .expression_attribute_values(":revoked", text(KeyState::Revoked.as_str()));
        let mut conditions = vec!["#state <> :revoked"];
        let known = record.previous_client_secret.as_ref();
        if let Some(known) = known {
            conditions.push("#previous = :knownPrevious");
            update = update.expression_attribute_values(":knownPrevious", text(&known.version));
        } else {
            conditions.push("attribute_not_exists(#previous)");
        }
        if let Some(known) = &record.client_secret {
            conditions.push("#current = :knownCurrent");
            update = update.expression_attribute_values(":knownCurrent", text(known));
        } else {
            conditions.push("attribute_not_exists(#current)");
        }
        let (mut sets, mut removes) = (Vec::new(), Vec::new());
        if let Some(version) = current {
            sets.push("#current = :current");
            update = update.expression_attribute_values(":current", text(version));
        } else {
            removes.push("#current");
        }
        if let Some(previous) = previous {
            sets.push("#previous = :previous, #until = :until");
            update = update
                .expression_attribute_values(":previous", text(&previous.version))
                .expression_attribute_values(":until", moment(previous.expires_at));
        } else {
            removes.push("#previous, #until");
        }
        let clause = |word: &str, parts: &[&str]| {
            let parts = parts.join(", ");
            (!parts.is_empty()).then(|| format!("{word} {parts}"))
        };
        let clauses = [clause("SET", &sets), clause("REMOVE", &removes)];
        let update = update
            .condition_expression(conditions.join(" AND "))
            .update_expression(clauses.into_iter().flatten().collect::<Vec<_>>().join(" "));
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
