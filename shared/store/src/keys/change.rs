//! Changes of a key that leave its policy alone. The key item and the list's entry change together.

use aws_sdk_dynamodb::types::Update;
use aws_sdk_dynamodb::types::builders::UpdateBuilder;
use event::{KeyId, Timestamp};
use policy::{KeyRecord, KeyState};

use crate::fields::{moment, text};
use crate::schema::Key;
use crate::schema::control::{self, attribute};
use crate::transaction::{Transacted, Transaction};
use crate::{Store, StoreError};

impl Store {
    /// Enables or disables the key; [`KeyState::Revoked`] is [`Store::revoke`].
    ///
    /// [`StoreError::Conflict`] where the key is revoked.
    pub async fn set_state(&self, id: &KeyId, state: KeyState) -> Result<(), StoreError> {
        if state == KeyState::Revoked {
            return self.revoke(id).await;
        }
        let change = |update: UpdateBuilder| {
            update
                .update_expression("SET #state = :state")
                .expression_attribute_values(":state", text(state.as_str()))
        };
        self.change_key(id, change).await
    }

    /// Sets the moment from which on the key is refused; `None`: never.
    ///
    /// [`StoreError::Conflict`] where the key is revoked.
    pub async fn set_expiry(
        &self,
        id: &KeyId,
        expires_at: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        let change = |update: UpdateBuilder| {
            let update = update.expression_attribute_names("#until", attribute::EXPIRES_AT);
            match expires_at {
                None => update.update_expression("REMOVE #until"),
                Some(at) => update
                    .update_expression("SET #until = :until")
                    .expression_attribute_values(":until", moment(at)),
            }
        };
        self.change_key(id, change).await
    }

    async fn change_key(
        &self,
        id: &KeyId,
        change: impl Fn(UpdateBuilder) -> UpdateBuilder,
    ) -> Result<(), StoreError> {
        let record = self.living_key(id).await?;
        let update = |key: Key| {
            let update = Update::builder()
                .table_name(&self.tables().control)
                .set_key(Some(key.into_item()))
                .condition_expression("attribute_exists(#state) AND #state <> :revoked")
                .expression_attribute_names("#state", attribute::STATE)
                .expression_attribute_values(":revoked", text(KeyState::Revoked.as_str()));
            change(update)
        };
        let transaction = Transaction::default()
            .update(update(control::key_state(id)))?
            .update(update(control::index(&record.workspace, id)))?;
        match self
            .transact(&record.workspace, "changing a key", transaction)
            .await?
        {
            Transacted::Done => Ok(()),
            Transacted::Refused(_) => Err(StoreError::Conflict {
                what: "the key is revoked",
            }),
        }
    }

    async fn living_key(&self, id: &KeyId) -> Result<KeyRecord, StoreError> {
        let record = self
            .key(id)
            .await?
            .ok_or(StoreError::NotFound { what: "key" })?;
        if record.state == KeyState::Revoked {
            return Err(StoreError::Conflict {
                what: "the key is revoked",
            });
        }
        Ok(record)
    }
}
