//! A new secret under the same id.

use std::time::Duration;

use event::{KeyId, Timestamp, WorkspaceId};
use policy::ApiKey;
use store::{AuditAction, KeyChange, KeyVersion, StoreError};

use super::{Keys, audited, issue};
use crate::by::Changes;
use crate::{By, ControlError, FieldError};

/// Longest time that a secret works after its rotation.
pub const MAX_OVERLAP: Duration = Duration::from_hours(30 * 24);

/// How a key is rotated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rotation {
    /// For how long the secret until now works on, at most [`MAX_OVERLAP`]; zero: it ends at once.
    pub overlap: Duration,
    /// The key as the caller has seen it; `None`: whichever it is.
    pub seen: Option<KeyVersion>,
    /// Whether a secret that works on since an earlier rotation may end now. It may be the one that is
    /// in production: whoever asks again since an answer got lost has no newer one yet.
    pub replace_previous: bool,
}

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
    /// Gives the key a new secret; the one until now works on for the overlap.
    ///
    /// At most two secrets work at a time. [`ControlError::RotationUnderWay`] where one is left of an
    /// earlier rotation, and it may not be replaced; [`StoreError::VersionStale`] where the key is not
    /// the one that the caller has seen any more; a conflict where somebody else changes it at the same
    /// time.
    pub async fn rotate(
        &self,
        workspace: &WorkspaceId,
        by: &By,
        id: &KeyId,
        rotation: Rotation,
    ) -> Result<RotatedKey, ControlError> {
        let entry = self.entry_for(workspace, by, id).await?;
        if rotation.seen.is_some_and(|seen| seen != entry.version) {
            return Err(StoreError::VersionStale.into());
        }
        if rotation.overlap > MAX_OVERLAP {
            let rule = "must be at most 2592000, which is 30 days";
            let error = FieldError::new("overlapSeconds", rule);
            return Err(ControlError::Invalid(vec![error]));
        }
        let older = entry.previous_expires_at.filter(|until| *until > by.at);
        if let Some(until) = older
            && !rotation.replace_previous
        {
            return Err(ControlError::RotationUnderWay { until });
        }
        let key = ApiKey::generate_with_id(entry.kind, id.clone(), &mut rand::rng());
        let sealed = issue::seal(&self.secrets, &key).await?;
        let previous_expires_at =
            (!rotation.overlap.is_zero()).then(|| by.at.plus(rotation.overlap));
        let changes = Changes::default().replace(
            "previousExpiresAt",
            audited::moment(older),
            audited::moment(previous_expires_at),
        );
        let audit = by.did(AuditAction::KeyRotated, id, &entry.details.name, changes);
        let change = KeyChange {
            workspace,
            id,
            // Of two rotations at a time the second would end what the first has just made.
            expected: Some(entry.version),
            audit: &audit,
        };
        let hash = key.secret_hash();
        let rotated = self
            .store
            .rotate_key(&change, &hash, sealed.as_ref(), previous_expires_at)
            .await;
        match rotated {
            Ok(()) => Ok(RotatedKey {
                key,
                previous_expires_at,
                older_ended: older.is_some(),
            }),
            Err(StoreError::VersionStale) if rotation.seen.is_none() => {
                let what = "somebody else changes the key at the same time: look at it first";
                Err(StoreError::Conflict { what }.into())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Ends the secret before the last rotation now; nothing where it has ended already.
    pub async fn end_previous(
        &self,
        workspace: &WorkspaceId,
        by: &By,
        id: &KeyId,
    ) -> Result<(), ControlError> {
        let entry = self.entry_for(workspace, by, id).await?;
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
