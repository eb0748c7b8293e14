//! Changes and ends of service accounts and of their keys: each one transaction, with its entry in
//! the audit log.

use aws_sdk_dynamodb::types::builders::{DeleteBuilder, UpdateBuilder};
use aws_sdk_dynamodb::types::{Delete, Update};
use event::KeyId;
use policy::KeyState;

use super::{AccountChange, Ended, ServiceAccount};
use crate::fields::{moment, number, text};
use crate::schema::Key;
use crate::schema::control::{self, attribute};
use crate::transaction::{Transacted, Transaction};
use crate::{AuditEntry, Store, StoreError};

impl Store {
    /// Gives the account, which is as it was read, another name or role, and its living keys with
    /// it: the change holds for their next request.
    ///
    /// [`StoreError::Conflict`] where the name is taken, [`StoreError::VersionStale`] where the
    /// account or its keys have changed since.
    pub async fn change_account(
        &self,
        account: &ServiceAccount,
        change: &AccountChange,
        living: &[KeyId],
        audit: &AuditEntry,
    ) -> Result<(), StoreError> {
        let (workspace, table) = (&account.workspace, &self.tables().control);
        let update = UpdateAccount::of(account).change(change);
        let mut transaction = Transaction::default().update(update.build(table))?;
        let renamed = change.name != account.name;
        if renamed {
            let mut name = control::account_name(workspace, &change.name).into_item();
            name.insert(attribute::ACCOUNT_ID.to_owned(), text(account.id.as_str()));
            transaction = transaction
                .put(self.put_new(name))?
                .delete(self.delete_control(control::account_name(workspace, &account.name)))?;
        }
        for key in living {
            let update = self
                .update_living(key)
                .update_expression("SET #role = :role, #account = :account")
                .expression_attribute_names("#role", attribute::ROLE)
                .expression_attribute_names("#account", attribute::ACCOUNT)
                .expression_attribute_values(":role", text(change.role.as_str()))
                .expression_attribute_values(":account", text(&change.name));
            transaction = transaction.update(update)?;
        }
        let transaction = transaction.put(self.audit_put(workspace, audit)?)?;
        match self
            .transact(workspace, "changing a service account", transaction)
            .await?
        {
            Transacted::Done => Ok(()),
            Transacted::Refused(1) if renamed => Err(StoreError::Conflict {
                what: "the name is taken",
            }),
            Transacted::Refused(_) => Err(StoreError::VersionStale),
        }
    }

    /// Revokes one of the account's living keys for good. It stays in the account's list.
    ///
    /// [`StoreError::VersionStale`] where the account or its keys have changed since it was read.
    pub async fn revoke_account_key(
        &self,
        account: &ServiceAccount,
        key: &KeyId,
        end: &Ended,
        audit: &AuditEntry,
    ) -> Result<(), StoreError> {
        let update = UpdateAccount::of(account).keys(account.living_keys.saturating_sub(1));
        let transaction = Transaction::default().update(update.build(&self.tables().control))?;
        let transaction = self
            .end_key(transaction, account, key, end)?
            .put(self.audit_put(&account.workspace, audit)?)?;
        self.transact_account(account, "revoking a service account's key", transaction)
            .await
    }

    /// Deletes the account: its living keys are revoked, its name is free. Account and keys stay
    /// readable, with when and by whom.
    ///
    /// [`StoreError::VersionStale`] where the account or its keys have changed since it was read.
    pub async fn delete_account(
        &self,
        account: &ServiceAccount,
        living: &[KeyId],
        end: &Ended,
        audit: &AuditEntry,
    ) -> Result<(), StoreError> {
        let (workspace, table) = (&account.workspace, &self.tables().control);
        let update = UpdateAccount::of(account).keys(0).end(end);
        let mut transaction = Transaction::default()
            .update(update.build(table))?
            .delete(self.delete_control(control::account_name(workspace, &account.name)))?;
        for key in living {
            transaction = self.end_key(transaction, account, key, end)?;
        }
        let transaction = transaction.put(self.audit_put(workspace, audit)?)?;
        self.transact_account(account, "deleting a service account", transaction)
            .await
    }

    fn end_key(
        &self,
        transaction: Transaction,
        account: &ServiceAccount,
        key: &KeyId,
        end: &Ended,
    ) -> Result<Transaction, StoreError> {
        let revoke = self
            .update_living(key)
            .update_expression("SET #state = :revoked");
        let listed = control::account_key(&account.workspace, &account.id, key);
        let entry = Update::builder()
            .table_name(&self.tables().control)
            .set_key(Some(listed.into_item()))
            .update_expression(format!("SET {SET_END}"))
            .condition_expression("attribute_exists(#key) AND attribute_not_exists(#ended)")
            .expression_attribute_names("#key", attribute::KEY_ID);
        let entry = set_end(entry, end);
        transaction.update(revoke)?.update(entry)
    }

    /// An update of a key's item that is refused where the key is revoked.
    fn update_living(&self, key: &KeyId) -> UpdateBuilder {
        Update::builder()
            .table_name(&self.tables().control)
            .set_key(Some(control::key_state(key).into_item()))
            .condition_expression("attribute_exists(#state) AND #state <> :revoked")
            .expression_attribute_names("#state", attribute::STATE)
            .expression_attribute_values(":revoked", text(KeyState::Revoked.as_str()))
    }

    fn delete_control(&self, key: Key) -> DeleteBuilder {
        Delete::builder()
            .table_name(&self.tables().control)
            .set_key(Some(key.into_item()))
    }
}

/// How an update says when something ended, and who ended it.
const SET_END: &str = "#ended = :ended, #by = :by, #byId = :byId, #byKind = :byKind";

fn set_end(update: UpdateBuilder, end: &Ended) -> UpdateBuilder {
    update
        .expression_attribute_names("#ended", attribute::ENDED_AT)
        .expression_attribute_names("#by", attribute::ENDED_BY)
        .expression_attribute_names("#byId", attribute::ENDED_BY_ID)
        .expression_attribute_names("#byKind", attribute::ENDED_BY_KIND)
        .expression_attribute_values(":ended", moment(end.at))
        .expression_attribute_values(":by", text(end.by.to_string()))
        .expression_attribute_values(":byId", text(end.by.id()))
        .expression_attribute_values(":byKind", text(end.by.kind()))
}

/// The update of an account's item, on the condition that it is as it was read.
pub(super) struct UpdateAccount<'a> {
    account: &'a ServiceAccount,
    change: Option<&'a AccountChange>,
    living_keys: Option<u64>,
    end: Option<&'a Ended>,
}

impl<'a> UpdateAccount<'a> {
    pub(super) const fn of(account: &'a ServiceAccount) -> Self {
        Self {
            account,
            change: None,
            living_keys: None,
            end: None,
        }
    }

    const fn change(mut self, change: &'a AccountChange) -> Self {
        self.change = Some(change);
        self
    }

    /// The number of living keys after a key came or went.
    pub(super) const fn keys(mut self, living: u64) -> Self {
        self.living_keys = Some(living);
        self
    }

    const fn end(mut self, end: &'a Ended) -> Self {
        self.end = Some(end);
        self
    }

    pub(super) fn build(self, table: &str) -> UpdateBuilder {
        let account = self.account;
        let mut sets = Vec::new();
        let mut update = Update::builder()
            .table_name(table)
            .set_key(Some(
                control::account(&account.workspace, &account.id).into_item(),
            ))
            .condition_expression(
                "#version = :version AND #changes = :changes AND attribute_not_exists(#ended)",
            )
            .expression_attribute_names("#version", attribute::VERSION)
            .expression_attribute_names("#changes", attribute::KEY_CHANGES)
            .expression_attribute_names("#ended", attribute::ENDED_AT)
            .expression_attribute_values(":version", number(account.version))
            .expression_attribute_values(":changes", number(account.key_changes));
        if let Some(change) = self.change {
            sets.push("#version = :next, #name = :name, #role = :role");
            update = update
                .expression_attribute_names("#name", attribute::NAME)
                .expression_attribute_names("#role", attribute::ROLE)
                .expression_attribute_values(":next", number(account.version.saturating_add(1)))
                .expression_attribute_values(":name", text(&change.name))
                .expression_attribute_values(":role", text(change.role.as_str()));
        }
        if let Some(living) = self.living_keys {
            sets.push("#changes = :nextChanges, #living = :living");
            let next = account.key_changes.saturating_add(1);
            update = update
                .expression_attribute_names("#living", attribute::LIVING_KEYS)
                .expression_attribute_values(":nextChanges", number(next))
                .expression_attribute_values(":living", number(living));
        }
        if let Some(end) = self.end {
            sets.push(SET_END);
            update = set_end(update, end);
        }
        update.update_expression(format!("SET {}", sets.join(", ")))
    }
}
