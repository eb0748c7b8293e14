//! Policies: one immutable item per version.

use event::KeyId;
use policy::Policy;

use super::change::KeyChange;
use super::edit::Edit;
use crate::fields::{Fields, bytes, number};
use crate::schema::Item;
use crate::schema::control::{self, attribute};
use crate::store::Consistency;
use crate::{Store, StoreError, packed};

const WHAT: &str = "policy";
/// Largest packed policy, in bytes: an item holds 400 KB. A thousand rows with ordinary
/// descriptions take a tenth of it.
const MAX_PACKED: usize = 390 * 1024;

impl Store {
    /// The key's policy in that version. A version never changes, so it may be kept for ever.
    pub async fn policy(&self, id: &KeyId, version: u64) -> Result<Option<Policy>, StoreError> {
        let key = control::policy(id, version);
        let table = &self.tables().control;
        let item = self
            .get(table, key, Consistency::Strong, "reading a policy")
            .await?;
        item.as_ref().map(from_item).transpose()
    }

    /// Makes `policy` the key's policy, as the version after `current`, and returns that version.
    ///
    /// [`StoreError::VersionStale`] where the key's policy is not `current` any more.
    pub async fn replace_policy(
        &self,
        change: &KeyChange<'_>,
        current: u64,
        policy: &Policy,
    ) -> Result<u64, StoreError> {
        let next = current.saturating_add(1);
        let edit = Edit::default().set(attribute::POLICY_VERSION, number(next));
        // A version is written once: of two who replace the same one, one finds it taken.
        let version = self.put_new(to_item(change.id, next, policy)?);
        let transaction = self.change(change, edit.clone(), edit)?.put(version)?;
        match self.commit(change, "replacing a policy", transaction).await {
            Ok(()) => Ok(next),
            Err(StoreError::Conflict { .. }) => Err(StoreError::VersionStale),
            Err(error) => Err(error),
        }
    }
}

pub(crate) fn to_item(id: &KeyId, version: u64, policy: &Policy) -> Result<Item, StoreError> {
    let json = serde_json::to_vec(policy).map_err(|_| StoreError::Corrupt { what: WHAT })?;
    let body = packed::pack(&json, WHAT)?;
    if body.len() > MAX_PACKED {
        return Err(StoreError::TooLarge { what: WHAT });
    }
    let mut item = control::policy(id, version).into_item();
    item.insert(attribute::BODY.to_owned(), bytes(body));
    Ok(item)
}

fn from_item(item: &Item) -> Result<Policy, StoreError> {
    let fields = Fields::new(item, WHAT);
    let json = packed::unpack(fields.bytes(attribute::BODY)?, WHAT)?;
    serde_json::from_slice(&json).map_err(|_| fields.corrupt())
}
