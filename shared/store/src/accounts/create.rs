//! Service accounts and their keys come into being.

use policy::{KeyState, Policy};

use super::change::UpdateAccount;
use super::{NewAccountKey, ServiceAccount, item};
use crate::fields::text;
use crate::keys::{item as key_item, policies};
use crate::schema::control::{self, attribute};
use crate::transaction::{Transacted, Transaction};
use crate::{AuditEntry, Store, StoreError};

impl Store {
    /// Stores a new account, with its first key if it has one, and the entries of the audit log.
    ///
    /// [`StoreError::Conflict`] where the name is taken.
    pub async fn create_account(
        &self,
        account: &ServiceAccount,
        first_key: Option<&NewAccountKey>,
        audit: &[AuditEntry],
    ) -> Result<(), StoreError> {
        let workspace = &account.workspace;
        let mut name = control::account_name(workspace, &account.name).into_item();
        name.insert(attribute::ACCOUNT_ID.to_owned(), text(account.id.as_str()));
        let account_with_key = ServiceAccount {
            living_keys: u64::from(first_key.is_some()),
            ..account.clone()
        };
        let mut transaction = Transaction::default()
            .put(self.put_new(item::from_account(&account_with_key)))?
            .put(self.put_new(name))?;
        if let Some(key) = first_key {
            transaction = self.put_key(transaction, account, key)?;
        }
        for entry in audit {
            transaction = transaction.put(self.audit_put(workspace, entry)?)?;
        }
        match self
            .transact(workspace, "creating a service account", transaction)
            .await?
        {
            Transacted::Done => Ok(()),
            Transacted::Refused(1) => Err(StoreError::Conflict {
                what: "the name is taken",
            }),
            Transacted::Refused(_) => Err(StoreError::Conflict {
                what: "the service account exists",
            }),
        }
    }

    /// Stores a new key of the account, which is as it was read.
    ///
    /// [`StoreError::VersionStale`] where the account or its keys have changed since,
    /// [`StoreError::Conflict`] where a key with that id exists.
    pub async fn create_account_key(
        &self,
        account: &ServiceAccount,
        key: &NewAccountKey,
        audit: &AuditEntry,
    ) -> Result<(), StoreError> {
        let update = UpdateAccount::of(account).keys(account.living_keys.saturating_add(1));
        let transaction = Transaction::default().update(update.build(&self.tables().control))?;
        let transaction = self
            .put_key(transaction, account, key)?
            .put(self.audit_put(&account.workspace, audit)?)?;
        let operation = "creating a service account's key";
        match self
            .transact(&account.workspace, operation, transaction)
            .await?
        {
            Transacted::Done => Ok(()),
            Transacted::Refused(0) => Err(StoreError::VersionStale),
            Transacted::Refused(_) => Err(StoreError::Conflict {
                what: "the API key exists",
            }),
        }
    }

    /// A transaction that begins with the update of the account: what it refuses is stale.
    pub(super) async fn transact_account(
        &self,
        account: &ServiceAccount,
        operation: &'static str,
        transaction: Transaction,
    ) -> Result<(), StoreError> {
        match self
            .transact(&account.workspace, operation, transaction)
            .await?
        {
            Transacted::Done => Ok(()),
            Transacted::Refused(_) => Err(StoreError::VersionStale),
        }
    }

    /// The items of a new key: its record, the policy that it keeps for ever, its place in the list.
    fn put_key(
        &self,
        transaction: Transaction,
        account: &ServiceAccount,
        key: &NewAccountKey,
    ) -> Result<Transaction, StoreError> {
        debug_assert_eq!(key.record.state, KeyState::Enabled, "a new key is in use");
        let record = &key.record;
        let policy = Policy {
            addresses: key.entry.addresses.clone(),
            ..Policy::default()
        };
        let policy = policies::to_item(&record.id, record.policy_version, &policy)?;
        transaction
            .put(self.put_new(key_item::from_record(record)))?
            .put(self.put_new(policy))?
            .put(self.put_new(item::from_key(account, &key.entry)))
    }
}
