//! A key's text is shown again.

use event::{KeyId, WorkspaceId};
use policy::{ApiKey, KeyKind};
use store::AuditAction;

use super::Keys;
use crate::by::Changes;
use crate::{By, ControlError};

impl Keys {
    /// The key's newest text. The audit log has the reveal before the text is given out.
    ///
    /// One read and one write, where the sealing keys are at hand.
    pub async fn reveal(
        &self,
        workspace: &WorkspaceId,
        by: &By,
        id: &KeyId,
    ) -> Result<ApiKey, ControlError> {
        let found = self.store.sealed_key(workspace, id).await?;
        let (entry, sealed) = found
            .filter(|(entry, _)| entry.kind != KeyKind::ServiceAccount)
            .ok_or(ControlError::NoSuchKey)?;
        by.may_change(entry.kind)?;
        let sealed = sealed.ok_or(ControlError::NotRevealable)?;
        let key = self.secrets.unseal(id, &sealed).await?;
        let name = &entry.details.name;
        let audit = by.did(AuditAction::KeyRevealed, id, name, Changes::default());
        self.store.append_audit(workspace, &audit).await?;
        Ok(key)
    }
}
