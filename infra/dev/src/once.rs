//! What is shown once when it is made, kept for the next run on this machine.

use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use control::{
    Bootstrapped, By, ClientSecretRotation, ClientSecrets, ServiceAccounts, new_admin_key,
};
use event::{Clock, WorkspaceId};
use policy::{Actor, ApiKey, ClientSecret, Role, SecretSlot, judge_key};
use secrets::Secrets;
use serde::{Deserialize, Serialize};
use store::Store;

/// What the API keys made here are called.
const KEY_NAME: &str = "cargo xtask up";

/// The texts that nobody can ask for again.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Once {
    pub(crate) admin_api_key: Option<String>,
    pub(crate) client_secret: Option<String>,
}

/// Where things are made and checked.
pub(crate) struct Maker<'a> {
    pub(crate) store: &'a Store,
    pub(crate) secrets: &'a Secrets,
    pub(crate) clock: &'a dyn Clock,
}

impl Once {
    /// Those of the workspace: just made, kept from an earlier run and still good, or made again.
    pub(crate) async fn complete(
        maker: &Maker<'_>,
        first: &Bootstrapped,
        file: &Path,
    ) -> Result<Self> {
        let kept = Self::read(file)?;
        let admin = match &first.admin.key {
            Some(key) => key.clone(),
            None => {
                maker
                    .admin_key(first, kept.admin_api_key.as_deref())
                    .await?
            }
        };
        let secret = if let Some(secret) = &first.metrics.client_secret {
            secret.clone()
        } else {
            let kept = kept.client_secret.as_deref();
            maker.client_secret(first, kept).await?
        };
        let once = Self {
            admin_api_key: Some(admin.expose().to_owned()),
            client_secret: Some(secret.expose().to_owned()),
        };
        once.write(file)
            .with_context(|| format!("{} cannot be written", file.display()))?;
        Ok(once)
    }

    /// What an earlier run kept; nothing where there is no such file or one of another version.
    fn read(file: &Path) -> Result<Self> {
        match std::fs::read(file) {
            Ok(text) => Ok(serde_json::from_slice(&text).unwrap_or_default()),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error).with_context(|| format!("{} cannot be read", file.display())),
        }
    }

    /// Writes the file in one step, for its owner alone.
    fn write(&self, file: &Path) -> Result<()> {
        let unfinished = file.with_extension("tmp");
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true).truncate(true).mode(0o600);
        let text = serde_json::to_vec_pretty(self)?;
        options.open(&unfinished)?.write_all(&text)?;
        std::fs::rename(&unfinished, file)?;
        Ok(())
    }
}

impl Maker<'_> {
    /// The kept key if it still administers the workspace; else a new one, in place of the lost.
    async fn admin_key(&self, first: &Bootstrapped, kept: Option<&str>) -> Result<ApiKey> {
        if let Some(key) = kept.and_then(|text| ApiKey::parse(text).ok())
            && self.administers(&first.workspace, &key).await?
        {
            return Ok(key);
        }
        let by = By::bootstrap(self.clock.now());
        let accounts = ServiceAccounts::new(self.store.clone());
        let account = &first.admin.account.id;
        for lost in accounts.keys(&first.workspace, account).await? {
            let own = lost.creator == Actor::Bootstrap && lost.name == KEY_NAME;
            if own && lost.revoked.is_none() {
                accounts
                    .revoke_key(&first.workspace, &by, account, &lost.id)
                    .await?;
            }
        }
        Ok(new_admin_key(self.store, self.clock, &first.workspace, KEY_NAME).await?)
    }

    async fn administers(&self, workspace: &WorkspaceId, key: &ApiKey) -> Result<bool> {
        let record = self.store.key(key.id()).await?;
        let good = judge_key(record.as_ref(), key, self.clock.now()).is_allowed();
        Ok(good
            && record.is_some_and(|record| {
                record.role == Some(Role::Admin) && record.workspace == *workspace
            }))
    }

    /// The kept client secret if it is still the newest; else a new one.
    async fn client_secret(
        &self,
        first: &Bootstrapped,
        kept: Option<&str>,
    ) -> Result<ClientSecret> {
        let key = first.metrics.key.id();
        if let Some(secret) = kept.and_then(|text| ClientSecret::parse(text).ok())
            && let Some(record) = self.store.key(key).await?
            && self
                .secrets
                .check_client_secret(Some(&record), &secret, self.clock.now())
                .await?
                .is_some_and(|accepted| accepted.slot == SecretSlot::Current)
        {
            return Ok(secret);
        }
        let by = By::bootstrap(self.clock.now());
        // Whoever has the lost one is on this machine, too.
        let rotation = ClientSecretRotation {
            overlap_seconds: 0,
            replace_previous: true,
            seen: None,
        };
        let rotated = ClientSecrets::new(self.store.clone(), self.secrets.clone())
            .rotate(&first.workspace, &by, key, rotation)
            .await?;
        Ok(rotated.client_secret)
    }
}
