//! A new secret under the same id.

use std::time::Duration;

use event::{KeyId, Timestamp, WorkspaceId};
use policy::ApiKey;
use store::{AuditAction, KeyChange};

use super::{Keys, audited, issue};
use crate::by::Changes;
use crate::{By, ControlError, FieldError};

/// Longest time that a secret works after its rotation.
pub const MAX_OVERLAP: Duration = Duration::from_hours(30 * 24);

/// A key with a new secret.
#[derive(Debug, Clone)]
pub struct RotatedKey {
    /// The new text.
    pub key: ApiKey,
    /// Until when the text before it works; `None`: it has ended.
    pub previous_expires_at: Option<Timestamp>,
    /// Whether an even older text, from a rotation before, was still accepted and ended now.
    pub older_ended: bool,
}

impl Keys {
    /// Gives the key a new secret; the one until now works on for `overlap`.
    ///
    /// At most two secrets work at a time: one that is left of an earlier rotation ends now.
    pub async fn rotate(
        &self,
        workspace: &WorkspaceId,
        by: &By,
        id: &KeyId,
        overlap: Duration,
    ) -> Result<RotatedKey, ControlError> {
        let entry = self.entry(workspace, id).await?;
        if overlap > MAX_OVERLAP {
            let rule = "must be at most 2592000, which is 30 days";
            let error = FieldError::new("overlapSeconds", rule);
            return Err(ControlError::Invalid(vec![error]));
        }
        let key = ApiKey::generate_with_id(entry.kind, id.clone(), &mut rand::rng());
        let sealed = issue::seal(&self.secrets, &key).await?;
        let previous_expires_at = (!overlap.is_zero()).then(|| by.at.plus(overlap));
        let older = entry.previous_expires_at.filter(|until| *until > by.at);
        let changes = Changes::default().replace(
            "previousExpiresAt",
            audited::moment(older),
            audited::moment(previous_expires_at),
        );
        let audit = by.did(AuditAction::KeyRotated, id, &entry.details.name, changes);
        let change = KeyChange {
            workspace,
            id,
            expected: None,
            audit: &audit,
        };
        let hash = key.secret_hash();
        self.store
            .rotate_key(&change, &hash, sealed.as_ref(), previous_expires_at)
            .await?;
        Ok(RotatedKey {
            key,
            previous_expires_at,
            older_ended: older.is_some(),
        })
    }

    /// Ends the secret before the last rotation now; nothing where it has ended already.
    pub async fn end_previous(
        &self,
        workspace: &WorkspaceId,
        by: &By,
        id: &KeyId,
    ) -> Result<(), ControlError> {
        let entry = self.entry(workspace, id).await?;
        let Some(until) = entry.previous_expires_at.filter(|until| *until > by.at) else {
            return Ok(());
        };
        let changes = Changes::default().replace(
            "previousExpiresAt",
            until.as_millis(),
            audited::moment(None),
        );
        let audit = by.did(
            AuditAction::KeyPreviousEnded,
            id,
            &entry.details.name,
            changes,
        );
        let change = KeyChange {
            workspace,
            id,
            expected: None,
            audit: &audit,
        };
        Ok(self.store.end_previous_secret(&change).await?)
    }
}
