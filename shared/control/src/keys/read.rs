//! One key, with its policy.

use event::{KeyId, WorkspaceId};
use policy::{KeyKind, Policy};
use store::KeyEntry;

use super::{Keys, ListedKey};
use crate::{By, ControlError};

/// A key with its policy.
#[derive(Debug, Clone)]
pub struct KeyView {
    /// As lists show it.
    pub listed: ListedKey,
    /// Its rules.
    pub policy: Policy,
}

impl Keys {
    /// The key with that id. [`ControlError::NoSuchKey`] for keys of other workspaces and of service
    /// accounts, and for revoked ones.
    pub async fn read(&self, workspace: &WorkspaceId, id: &KeyId) -> Result<KeyView, ControlError> {
        let entry = self.entry(workspace, id).await?;
        let (policy, last_used_at) = tokio::try_join!(
            self.store.policy(id, entry.version.policy),
            self.store.last_used_of(workspace, id),
        )?;
        // Policies go right after their key.
        let policy = policy.ok_or(ControlError::NoSuchKey)?;
        let listed = ListedKey {
            entry,
            last_used_at,
        };
        Ok(KeyView { listed, policy })
    }

    /// The key with its last use.
    pub(super) async fn listed(
        &self,
        workspace: &WorkspaceId,
        entry: KeyEntry,
    ) -> Result<ListedKey, ControlError> {
        Ok(ListedKey {
            last_used_at: self.store.last_used_of(workspace, &entry.id).await?,
            entry,
        })
    }

    /// The key as the workspace's list has it.
    pub(super) async fn entry(
        &self,
        workspace: &WorkspaceId,
        id: &KeyId,
    ) -> Result<KeyEntry, ControlError> {
        let entry = self.store.key_entry(workspace, id).await?;
        entry
            .filter(|entry| entry.kind != KeyKind::ServiceAccount)
            .ok_or(ControlError::NoSuchKey)
    }

    /// The same, for who is about to do something with it: their role must allow that.
    pub(super) async fn entry_for(
        &self,
        workspace: &WorkspaceId,
        by: &By,
        id: &KeyId,
    ) -> Result<KeyEntry, ControlError> {
        let entry = self.entry(workspace, id).await?;
        by.may_change(entry.kind)?;
        Ok(entry)
    }
}
