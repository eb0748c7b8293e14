//! A key comes into being: all of its items or none.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{Put, builders::PutBuilder};
use event::KeyId;
use policy::KeyRecord;

use super::{NewKey, SealedSecret, item, policies};
use crate::fields::text;
use crate::schema::Item;
use crate::schema::control::{self, attribute};
use crate::store::{Consistency, absent};
use crate::transaction::{Transacted, Transaction};
use crate::{Store, StoreError};

impl Store {
    /// The key's record, as last written: a revocation is seen by the very next call.
    ///
    /// One read unit, whatever the policy's size.
    pub async fn key(&self, id: &KeyId) -> Result<Option<KeyRecord>, StoreError> {
        let key = control::key_state(id);
        let table = &self.tables().control;
        let item = self
            .get(table, key, Consistency::Strong, "reading a key")
            .await?;
        item.as_ref()
            .map(|found| item::to_record(id, found))
            .transpose()
    }

    /// The key's text as it was sealed; `None` for kinds that cannot be revealed and revoked keys.
    pub async fn sealed_secret(&self, id: &KeyId) -> Result<Option<SealedSecret>, StoreError> {
        let key = control::sealed(id);
        let table = &self.tables().control;
        let item = self
            .get(table, key, Consistency::Strong, "reading a sealed secret")
            .await?;
        item.as_ref().map(item::to_sealed).transpose()
    }

    /// Stores a new key with its first policy. [`StoreError::Conflict`] where the id or the name is
    /// taken.
    pub async fn create_key(&self, key: &NewKey) -> Result<(), StoreError> {
        let record = &key.record;
        let put = |item: Item| self.put_new(item);
        let mut name = control::name(&record.workspace, &key.details.name).into_item();
        name.insert(attribute::KEY_ID.to_owned(), text(record.id.as_str()));
        let first = policies::to_item(&record.id, record.policy_version, &key.policy)?;
        let mut transaction = Transaction::default()
            .put(put(item::from_record(record)))?
            .put(put(name))?
            .put(put(first))?
            .put(put(item::from_details(record, &key.details)))?;
        if let Some(sealed) = &key.sealed {
            transaction = transaction.put(put(item::from_sealed(record, sealed)))?;
        }
        match self
            .transact(&record.workspace, "creating a key", transaction)
            .await?
        {
            Transacted::Done => Ok(()),
            Transacted::Refused(1) => Err(StoreError::Conflict {
                what: "the name is taken",
            }),
            Transacted::Refused(_) => Err(StoreError::Conflict {
                what: "the key exists",
            }),
        }
    }

    /// A put into the control table that replaces nothing.
    pub(super) fn put_new(
        &self,
        item: HashMap<String, aws_sdk_dynamodb::types::AttributeValue>,
    ) -> PutBuilder {
        Put::builder()
            .table_name(&self.tables().control)
            .set_item(Some(item))
            .condition_expression(absent())
    }
}
