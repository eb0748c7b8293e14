//! A key comes into being.

use event::WorkspaceId;
use policy::{ApiKey, ClientSecret, KeyKind, Warning};

use super::issue::{Order, issue};
use super::{KeyDraft, KeyView, Keys, ListedKey};
use crate::{By, ControlError};

/// A new key.
#[derive(Debug, Clone)]
pub struct CreatedKey {
    /// Its text.
    pub key: ApiKey,
    /// The client secret of a metrics key. It is not shown again.
    pub client_secret: Option<ClientSecret>,
    /// Everything else about it.
    pub view: KeyView,
    /// What its author should know about its policy.
    pub warnings: Vec<Warning>,
}

impl Keys {
    /// Makes a key of a kind that sends or reads data.
    ///
    /// [`ControlError::RoleMissing`] where the kind is not for the caller's role;
    /// [`ControlError::Invalid`] with all that is wrong; a conflict where the name is taken.
    pub async fn create(
        &self,
        workspace: &WorkspaceId,
        by: &By,
        draft: &KeyDraft,
    ) -> Result<CreatedKey, ControlError> {
        by.may_change(draft.kind)?;
        let checked = draft.check(by.at)?;
        let order = Order {
            name: &draft.name,
            kind: draft.kind,
            tags: &draft.tags,
            expires_at: draft.expires_at,
            policy: checked.policy.clone(),
        };
        let (key, entry) = issue(&self.store, &self.secrets, workspace, by, order).await?;
        let client_secret = if draft.kind == KeyKind::Metrics {
            Some(self.first_client_secret(workspace, &key).await?)
        } else {
            None
        };
        Ok(CreatedKey {
            key,
            client_secret,
            view: KeyView {
                listed: ListedKey {
                    entry,
                    last_used_at: None,
                },
                policy: checked.policy,
            },
            warnings: checked.warnings,
        })
    }

    /// The client secret that a metrics key starts with. Where this fails the key has none, and a
    /// rotation of its client secret makes one.
    async fn first_client_secret(
        &self,
        workspace: &WorkspaceId,
        key: &ApiKey,
    ) -> Result<ClientSecret, ControlError> {
        let secret = ClientSecret::generate(&mut rand::rng());
        self.secrets
            .create_client_secret(workspace, key.id(), &secret)
            .await?;
        Ok(secret)
    }
}
