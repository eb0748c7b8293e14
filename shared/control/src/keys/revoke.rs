//! The end of a key.

use event::{KeyId, WorkspaceId};
use policy::KeyKind;
use store::{AuditAction, KeyChange};

use super::Keys;
use crate::by::Changes;
use crate::{By, ControlError};

impl Keys {
    /// Revokes the key for good: its next request is refused as revoked.
    ///
    /// Done again it finishes what an interruption left over; the key does not exist any more then.
    pub async fn revoke(
        &self,
        workspace: &WorkspaceId,
        by: &By,
        id: &KeyId,
    ) -> Result<(), ControlError> {
        let entry = match self.entry_for(workspace, by, id).await {
            Err(ControlError::NoSuchKey) => {
                self.store.finish_revocation(workspace, id).await?;
                return Err(ControlError::NoSuchKey);
            }
            entry => entry?,
        };
        let changes = Changes::default().replace("state", entry.state.as_str(), "revoked");
        let audit = by.did(AuditAction::KeyRevoked, id, &entry.details.name, changes);
        let change = KeyChange {
            workspace,
            id,
            expected: None,
            audit: &audit,
        };
        self.store.revoke(&change).await?;
        if entry.kind == KeyKind::Metrics {
            // Without its key it is good for nothing: that it goes is tidiness, and no reason to say
            // that the revocation failed.
            let forgotten = self.secrets.forget_client_secret(workspace, id).await;
            if forgotten.is_err() {
                tracing::warn!(%workspace, key = %id, "the client secret of a revoked key is still kept");
            }
        }
        Ok(())
    }
}
