//! Service accounts: what automation acts as, and the API keys it shows.

mod change;
mod create;
mod keys;

use event::{ServiceAccountId, WorkspaceId};
use policy::Role;
use store::{ServiceAccount, Store, StoreError};

use crate::ControlError;
use crate::invalid::Findings;
use crate::words::check_words;

pub use keys::{AccountKeyDraft, IssuedAccountKey};

/// Longest name of an account or of its key, in characters.
const MAX_NAME_CHARS: usize = 64;
/// How often something is tried again when somebody else changed the account's keys meanwhile.
const MAX_ATTEMPTS: u32 = 8;

/// The use cases of service accounts. Clones share the connection.
#[derive(Debug, Clone)]
pub struct ServiceAccounts {
    store: Store,
}

/// A service account as somebody asks for it.
#[derive(Debug, Clone)]
pub struct AccountDraft {
    /// Unique in the workspace; 1 to 64 characters.
    pub name: String,
    /// What its keys may do.
    pub role: Role,
}

impl AccountDraft {
    fn check(&self) -> Result<(), ControlError> {
        let mut findings = Findings::default();
        findings.accept("name", check_words(&self.name, MAX_NAME_CHARS));
        findings.into_result()
    }
}

impl ServiceAccounts {
    /// On this store.
    pub const fn new(store: Store) -> Self {
        Self { store }
    }

    /// The workspace's accounts in the order of their names; deleted ones, if they are wanted too,
    /// behind the others.
    pub async fn list(
        &self,
        workspace: &WorkspaceId,
        with_deleted: bool,
    ) -> Result<Vec<ServiceAccount>, ControlError> {
        let mut accounts = self.store.accounts(workspace).await?;
        accounts.retain(|account| with_deleted || account.deleted.is_none());
        accounts.sort_by(|a, b| {
            let key = |account: &ServiceAccount| account.deleted.is_some();
            (key(a), &a.name, &a.id).cmp(&(key(b), &b.name, &b.id))
        });
        Ok(accounts)
    }

    /// One account, also a deleted one.
    pub async fn read(
        &self,
        workspace: &WorkspaceId,
        id: &ServiceAccountId,
    ) -> Result<ServiceAccount, ControlError> {
        let account = self.store.account(workspace, id).await?;
        account.ok_or_else(|| {
            let what = "service account";
            StoreError::NotFound { what }.into()
        })
    }

    /// An account that is not deleted.
    async fn living(
        &self,
        workspace: &WorkspaceId,
        id: &ServiceAccountId,
    ) -> Result<ServiceAccount, ControlError> {
        let account = self.read(workspace, id).await?;
        if account.deleted.is_some() {
            let what = "the service account is deleted";
            return Err(StoreError::Conflict { what }.into());
        }
        Ok(account)
    }
}
