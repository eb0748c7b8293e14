//! Policies: one immutable item per version.

use aws_sdk_dynamodb::types::Update;
use event::KeyId;
use policy::{KeyState, Policy};

use crate::fields::{Fields, bytes, number, text};
use crate::schema::Item;
use crate::schema::control::{self, attribute};
use crate::store::Consistency;
use crate::transaction::{Transacted, Transaction};
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

    /// Makes `policy` the key's policy, as the version after `expected`, and returns that version.
    ///
    /// [`StoreError::VersionStale`] where the key's policy is not `expected` any more,
    /// [`StoreError::Conflict`] where the key is revoked.
    pub async fn replace_policy(
        &self,
        id: &KeyId,
        expected: u64,
        policy: &Policy,
    ) -> Result<u64, StoreError> {
        let record = self
            .key(id)
            .await?
            .ok_or(StoreError::NotFound { what: "key" })?;
        if record.state == KeyState::Revoked {
            return Err(StoreError::Conflict {
                what: "the key is revoked",
            });
        }
        if record.policy_version != expected {
            return Err(StoreError::VersionStale);
        }
        let next = expected.saturating_add(1);
        let raise = Update::builder()
            .table_name(&self.tables().control)
            .set_key(Some(control::key_state(id).into_item()))
            .update_expression("SET #policy = :next")
            .condition_expression("#policy = :expected AND #state <> :revoked")
            .expression_attribute_names("#policy", attribute::POLICY_VERSION)
            .expression_attribute_names("#state", attribute::STATE)
            .expression_attribute_values(":next", number(next))
            .expression_attribute_values(":expected", number(expected))
            .expression_attribute_values(":revoked", text(KeyState::Revoked.as_str()));
        let transaction = Transaction::default()
            .update(raise)?
            .put(self.put_new(to_item(id, next, policy)?))?;
        match self
            .transact(&record.workspace, "replacing a policy", transaction)
            .await?
        {
            Transacted::Done => Ok(next),
            Transacted::Refused(_) => Err(StoreError::VersionStale),
        }
    }
}

pub(super) fn to_item(id: &KeyId, version: u64, policy: &Policy) -> Result<Item, StoreError> {
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
