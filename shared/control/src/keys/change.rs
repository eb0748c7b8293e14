//! Name, tags and expiry of a key change, or its policy, or whether it is in use.

use event::{KeyId, Timestamp, WorkspaceId};
use policy::{KeyState, PolicyDraft, Warning};
use store::{AuditAction, KeyChange, KeyEntry, KeyVersion, NewDetails, StoreError};

use super::draft::{check_expiry, check_name, check_policy, check_tags};
use super::{KeyView, Keys, ListedKey, audited};
use crate::by::Changes;
use crate::invalid::Findings;
use crate::{By, ControlError};

/// What of a key is to change; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct KeyPatch {
    /// Another name.
    pub name: Option<String>,
    /// Other tags.
    pub tags: Option<Vec<String>>,
    /// Another end, or none.
    pub expires_at: NewExpiry,
}

/// What becomes of a key's expiry.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum NewExpiry {
    /// It stays.
    #[default]
    Kept,
    /// There is none any more.
    Never,
    /// From this moment on the key is refused.
    At(Timestamp),
}

/// A policy that holds now.
#[derive(Debug, Clone)]
pub struct ReplacedPolicy {
    /// The key with it.
    pub view: KeyView,
    /// What its author should know about it.
    pub warnings: Vec<Warning>,
}

impl KeyPatch {
    fn check(&self, now: Timestamp) -> Result<(), ControlError> {
        let mut findings = Findings::default();
        if let Some(name) = &self.name {
            findings.accept("name", check_name(name));
        }
        check_tags(self.tags.as_deref().unwrap_or_default(), &mut findings);
        if let NewExpiry::At(at) = self.expires_at {
            findings.accept("expiresAt", check_expiry(Some(at), now));
        }
        findings.into_result()
    }
}

impl Keys {
    /// Changes what is given. [`ControlError::RoleMissing`] where the key is not for the caller's role,
    /// as for all that changes a key; [`StoreError::VersionStale`] where it is not the one that the
    /// caller has seen any more.
    pub async fn change(
        &self,
        workspace: &WorkspaceId,
        by: &By,
        id: &KeyId,
        seen: KeyVersion,
        patch: KeyPatch,
    ) -> Result<ListedKey, ControlError> {
        let mut entry = self.seen(workspace, by, id, seen).await?;
        patch.check(by.at)?;
        let details = &entry.details;
        let new = NewDetails {
            name: patch.name.unwrap_or_else(|| details.name.clone()),
            tags: patch.tags.unwrap_or_else(|| details.tags.clone()),
            expires_at: match patch.expires_at {
                NewExpiry::Kept => entry.expires_at,
                NewExpiry::Never => None,
                NewExpiry::At(at) => Some(at),
            },
        };
        let changes = Changes::default()
            .replace("name", details.name.as_str(), new.name.as_str())
            .replace("tags", details.tags.clone(), new.tags.clone())
            .replace(
                "expiresAt",
                audited::moment(entry.expires_at),
                audited::moment(new.expires_at),
            );
        if !changes.is_empty() {
            let audit = by.did(AuditAction::KeyChanged, id, &details.name, changes);
            let change = KeyChange {
                workspace,
                id,
                expected: Some(seen),
                audit: &audit,
            };
            self.store
                .change_details(&change, &details.name, &new)
                .await?;
            entry.version.details += 1;
        }
        entry.details.name = new.name;
        entry.details.tags = new.tags;
        entry.expires_at = new.expires_at;
        self.listed(workspace, entry).await
    }

    /// Replaces the key's policy. [`StoreError::VersionStale`] as for [`Keys::change`].
    pub async fn replace_policy(
        &self,
        workspace: &WorkspaceId,
        by: &By,
        id: &KeyId,
        seen: KeyVersion,
        draft: PolicyDraft,
    ) -> Result<ReplacedPolicy, ControlError> {
        let mut entry = self.seen(workspace, by, id, seen).await?;
        let mut findings = Findings::default();
        let checked = check_policy(Some(draft), "", &mut findings);
        let Some(checked) = checked else {
            return Err(ControlError::Invalid(findings.into_errors()));
        };
        let before = self.store.policy(id, entry.version.policy).await?;
        let before = before.ok_or(ControlError::NoSuchKey)?;
        let (from, to) = (audited::policy(&before), audited::policy(&checked.policy));
        let changes = Changes::default().replace("policy", from, to);
        if before != checked.policy {
            let name = &entry.details.name;
            let audit = by.did(AuditAction::KeyPolicyChanged, id, name, changes);
            let change = KeyChange {
                workspace,
                id,
                expected: Some(seen),
                audit: &audit,
            };
            let next = self
                .store
                .replace_policy(&change, seen.policy, &checked.policy)
                .await?;
            entry.version.policy = next;
            entry.version.details += 1;
        }
        Ok(ReplacedPolicy {
            view: KeyView {
                listed: self.listed(workspace, entry).await?,
                policy: checked.policy,
            },
            warnings: checked.warnings,
        })
    }

    /// Switches the key on or off; a key that is so already stays as it is.
    pub async fn set_enabled(
        &self,
        workspace: &WorkspaceId,
        by: &By,
        id: &KeyId,
        enabled: bool,
    ) -> Result<(), ControlError> {
        let entry = self.entry_for(workspace, by, id).await?;
        let (state, action) = if enabled {
            (KeyState::Enabled, AuditAction::KeyEnabled)
        } else {
            (KeyState::Disabled, AuditAction::KeyDisabled)
        };
        if entry.state == state {
            return Ok(());
        }
        let changes = Changes::default().replace("state", entry.state.as_str(), state.as_str());
        let audit = by.did(action, id, &entry.details.name, changes);
        let change = KeyChange {
            workspace,
            id,
            expected: None,
            audit: &audit,
        };
        Ok(self.store.set_enabled(&change, enabled).await?)
    }

    /// The key, if it is still the one that the caller has seen.
    async fn seen(
        &self,
        workspace: &WorkspaceId,
        by: &By,
        id: &KeyId,
        seen: KeyVersion,
    ) -> Result<KeyEntry, ControlError> {
        let entry = self.entry_for(workspace, by, id).await?;
        if entry.version == seen {
            Ok(entry)
        } else {
            Err(StoreError::VersionStale.into())
        }
    }
}
