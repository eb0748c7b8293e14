//! A key comes into being: all of its items or none.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{Put, builders::PutBuilder};
use event::KeyId;
use policy::{KeyKind, KeyRecord};

use super::{NewKey, item, policies};
use crate::audit::AuditEntry;
use crate::fields::{Fields, text};
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

    /// The records of these keys, in no order, the revoked ones too; of what is no key, none.
    ///
    /// One call for a hundred keys.
    pub async fn keys<'a>(
        &self,
        ids: impl IntoIterator<Item = &'a KeyId>,
    ) -> Result<Vec<KeyRecord>, StoreError> {
        let table = &self.tables().control;
        let ids = ids.into_iter().map(|id| (control::key_state(id), id));
        let (keys, ids): (Vec<_>, Vec<_>) =
            ids.map(|(key, id)| (key.clone(), (key.pk, id))).unzip();
        let ids: HashMap<String, &KeyId> = ids.into_iter().collect();
        let items = self.get_all(table, keys, "reading keys").await?;
        let record = |item: &Item| {
            let fields = Fields::new(item, "key");
            let id = ids.get(fields.pk()?).ok_or_else(|| fields.corrupt())?;
            item::to_record(id, item)
        };
        items.iter().map(record).collect()
    }

    /// Stores a new key with its first policy and its line of the audit log.
    /// [`StoreError::Conflict`] where the id or the name is taken, and where the key is a second
    /// metrics key.
    pub async fn create_key(&self, key: &NewKey, audit: &AuditEntry) -> Result<(), StoreError> {
        let record = &key.record;
        let put = |item: Item| self.put_new(item);
        let name = item::name_holder(&record.workspace, &key.details.name, &record.id);
        let first = policies::to_item(&record.id, record.policy_version, &key.policy)?;
        let mut transaction = Transaction::default()
            .put(put(item::from_record(record)))?
            .put(put(name))?
            .put(put(first))?
            .put(put(item::from_details(record, &key.details)))?
            .put(self.audit_put(&record.workspace, audit)?)?;
        let metrics = record.kind == KeyKind::Metrics;
        if metrics {
            let mut place = control::metrics_key(&record.workspace).into_item();
            place.insert(attribute::KEY_ID.to_owned(), text(record.id.as_str()));
            transaction = transaction.put(put(place))?;
        }
        if let Some(sealed) = &key.sealed {
            let sealed = item::from_sealed(&record.workspace, &record.id, sealed);
            transaction = transaction.put(put(sealed))?;
        }
        match self
            .transact(&record.workspace, "creating a key", transaction)
            .await?
        {
            Transacted::Done => Ok(()),
            Transacted::Refused(1) => Err(StoreError::Conflict {
                what: "the name is taken",
            }),
            Transacted::Refused(5) if metrics => Err(StoreError::Conflict {
                what: "the workspace has a metrics key",
            }),
            Transacted::Refused(_) => Err(StoreError::Conflict {
                what: "the key exists",
            }),
        }
    }

    /// A put into the control table that replaces nothing.
    pub(crate) fn put_new(&self, item: Item) -> PutBuilder {
        Put::builder()
            .table_name(&self.tables().control)
            .set_item(Some(item))
            .condition_expression(absent())
    }

    /// A put into the control table, whatever is there.
    pub(super) fn put(&self, item: Item) -> PutBuilder {
        Put::builder()
            .table_name(&self.tables().control)
            .set_item(Some(item))
    }
}
