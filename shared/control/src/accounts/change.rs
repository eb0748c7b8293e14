//! Another name, another role, the end of a service account.

use event::{KeyId, ServiceAccountId, WorkspaceId};
use store::{AccountChange, AuditAction, Ended, ServiceAccount, StoreError};

use super::{AccountDraft, MAX_ATTEMPTS, ServiceAccounts};
use crate::by::Changes;
use crate::{By, ControlError};

impl ServiceAccounts {
    /// Gives the account this name and role. Both hold for its keys from their next request.
    ///
    /// [`StoreError::VersionStale`] where the account's version is not `expected`; a conflict where
    /// the name is taken or the account is deleted.
    pub async fn change(
        &self,
        workspace: &WorkspaceId,
        by: &By,
        id: &ServiceAccountId,
        expected: u64,
        draft: &AccountDraft,
    ) -> Result<ServiceAccount, ControlError> {
        draft.check()?;
        for _ in 0..MAX_ATTEMPTS {
            let mut account = self.living(workspace, id).await?;
            if account.version != expected {
                return Err(StoreError::VersionStale.into());
            }
            let changes = Changes::default()
                .replace("name", account.name.as_str(), draft.name.as_str())
                .replace("role", account.role.as_str(), draft.role.as_str());
            if changes.is_empty() {
                return Ok(account);
            }
            let entry = by.noted(
                AuditAction::ServiceAccountChanged,
                id.as_str(),
                Some(&account.name),
                changes,
            );
            let change = AccountChange {
                name: draft.name.clone(),
                role: draft.role,
            };
            let living = self.living_keys(&account).await?;
            match self
                .store
                .change_account(&account, &change, &living, &entry)
                .await
            {
                Ok(()) => {
                    account.name = change.name;
                    account.role = change.role;
                    account.version = account.version.saturating_add(1);
                    return Ok(account);
                }
                // Of the account itself, the next look says; of its keys, the next try.
                Err(StoreError::VersionStale) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(StoreError::VersionStale.into())
    }

    /// Deletes the account and revokes its keys: their next request is refused. Both stay readable,
    /// with when and by whom. Deleting again is a success.
    pub async fn delete(
        &self,
        workspace: &WorkspaceId,
        by: &By,
        id: &ServiceAccountId,
    ) -> Result<(), ControlError> {
        for _ in 0..MAX_ATTEMPTS {
            let account = self.read(workspace, id).await?;
            if account.deleted.is_some() {
                return Ok(());
            }
            let living = self.living_keys(&account).await?;
            let ids: Vec<_> = living.iter().map(KeyId::as_str).collect();
            let changes = Changes::default()
                .replace("name", account.name.as_str(), ())
                .replace("role", account.role.as_str(), ())
                .replace("keys", ids, ());
            let entry = by.noted(
                AuditAction::ServiceAccountDeleted,
                id.as_str(),
                Some(&account.name),
                changes,
            );
            let end = ended(by);
            match self
                .store
                .delete_account(&account, &living, &end, &entry)
                .await
            {
                Ok(()) => {
                    tracing::info!(%workspace, account = %id, "service account deleted");
                    return Ok(());
                }
                Err(StoreError::VersionStale) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(StoreError::VersionStale.into())
    }

    /// The account's keys that are not revoked.
    async fn living_keys(&self, account: &ServiceAccount) -> Result<Vec<KeyId>, ControlError> {
        let keys = self
            .store
            .account_keys(&account.workspace, &account.id)
            .await?;
        let living = keys.into_iter().filter(|key| key.revoked.is_none());
        Ok(living.map(|key| key.id).collect())
    }
}

/// The end that somebody brings about.
pub(super) fn ended(by: &By) -> Ended {
    Ended {
        at: by.at,
        by: by.actor.clone(),
    }
}
