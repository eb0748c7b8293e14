//! A service account comes into being.

use event::{ServiceAccountId, WorkspaceId};
use policy::Role;
use rand::distr::{Alphanumeric, SampleString};
use store::{AuditAction, ServiceAccount};

use super::keys::{AccountKeyDraft, IssuedAccountKey, issue};
use super::{AccountDraft, ServiceAccounts};
use crate::by::Changes;
use crate::{By, ControlError};

impl ServiceAccounts {
    /// Makes an account without keys.
    ///
    /// [`ControlError::Invalid`] with what is wrong; a conflict where the name is taken.
    pub async fn create(
        &self,
        workspace: &WorkspaceId,
        by: &By,
        draft: &AccountDraft,
    ) -> Result<ServiceAccount, ControlError> {
        draft.check()?;
        let account = new(workspace, by, &draft.name, draft.role)?;
        let entry = created(&account, by);
        self.store.create_account(&account, None, &[entry]).await?;
        tracing::info!(%workspace, account = %account.id, "service account made");
        Ok(account)
    }

    /// Makes an account with its first key: both or neither.
    pub(crate) async fn create_with_key(
        &self,
        workspace: &WorkspaceId,
        by: &By,
        draft: &AccountDraft,
        key: &AccountKeyDraft,
    ) -> Result<(ServiceAccount, IssuedAccountKey), ControlError> {
        draft.check()?;
        let mut account = new(workspace, by, &draft.name, draft.role)?;
        let (issued, new_key, key_entry) =
            issue(&account, by, key, key.check(by.at)?, Self::new_key_id());
        let entries = [created(&account, by), key_entry];
        self.store
            .create_account(&account, Some(&new_key), &entries)
            .await?;
        tracing::info!(%workspace, account = %account.id, "service account made");
        account.living_keys = 1;
        Ok((account, issued))
    }
}

fn new(
    workspace: &WorkspaceId,
    by: &By,
    name: &str,
    role: Role,
) -> Result<ServiceAccount, ControlError> {
    let id = Alphanumeric.sample_string(&mut rand::rng(), event::ids::KEY_ID_CHARS);
    // Letters and digits are what an id is made of.
    let id = ServiceAccountId::parse(&id).map_err(|_| ControlError::KeyGone)?;
    let (workspace, creator) = (workspace.clone(), by.actor.clone());
    Ok(ServiceAccount::new(
        id, workspace, name, role, creator, by.at,
    ))
}

fn created(account: &ServiceAccount, by: &By) -> store::AuditEntry {
    let changes = Changes::default()
        .set("name", account.name.as_str())
        .set("role", account.role.as_str());
    by.noted(
        AuditAction::ServiceAccountCreated,
        account.id.as_str(),
        Some(&account.name),
        changes,
    )
}
