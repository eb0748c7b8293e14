//! The first workspace and its keys.

use event::{Clock, WorkspaceId};
use policy::{ApiKey, KeyKind, KeyRecord, Policy};
use secrets::Secrets;
use store::{KeyDetails, KeyEntry, NewKey, Store, StoreError, WorkspaceSettings};

use crate::ControlError;

/// The creator that the keys made here show.
pub const BOOTSTRAP_CREATOR: &str = "bootstrap";

/// A workspace and its first keys.
#[derive(Debug, Clone)]
pub struct Bootstrapped {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// One key of each kind that applications and data sources use.
    pub keys: IntegrationKeys,
}

/// One key of each kind that applications and data sources use.
#[derive(Debug, Clone)]
pub struct IntegrationKeys {
    /// Sends events and profile updates.
    pub write_only: ApiKey,
    /// Also reads and deletes profiles, and triggers workflows.
    pub read_write: ApiKey,
    /// For OpenTelemetry and JSON logs; reads its remote configuration.
    pub sensor: ApiKey,
    /// For browsers.
    pub rum: ApiKey,
    /// For OpenTelemetry, Firehose and JSON logs of others.
    pub third_party: ApiKey,
}

/// Makes the sealing keys, the workspace and its keys, each unless it exists. Done again, also after
/// an interruption or by several at a time, it returns the same keys.
pub async fn bootstrap(
    store: &Store,
    secrets: &Secrets,
    clock: &dyn Clock,
    workspace: &WorkspaceId,
    name: &str,
) -> Result<Bootstrapped, ControlError> {
    secrets.create_if_missing().await?;
    let settings = WorkspaceSettings::new(name, clock.now());
    match store.create_workspace(workspace, &settings).await {
        Ok(()) => tracing::info!(%workspace, "workspace made"),
        Err(StoreError::Conflict { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    let maker = Maker {
        store,
        secrets,
        clock,
        workspace,
    };
    let known = store.list_keys(workspace).await?;
    Ok(Bootstrapped {
        workspace: workspace.clone(),
        keys: IntegrationKeys {
            write_only: maker.key(&known, KeyKind::WriteOnly, "Write-only").await?,
            read_write: maker
                .key(&known, KeyKind::ReadWrite, "Read & write")
                .await?,
            sensor: maker.key(&known, KeyKind::Sensor, "Sensor").await?,
            rum: maker.key(&known, KeyKind::Rum, "RUM").await?,
            third_party: maker
                .key(&known, KeyKind::ThirdParty, "Third party")
                .await?,
        },
    })
}

struct Maker<'a> {
    store: &'a Store,
    secrets: &'a Secrets,
    clock: &'a dyn Clock,
    workspace: &'a WorkspaceId,
}

impl Maker<'_> {
    /// The bootstrap's key of that kind, made if there is none.
    async fn key(
        &self,
        known: &[KeyEntry],
        kind: KeyKind,
        name: &str,
    ) -> Result<ApiKey, ControlError> {
        if let Some(entry) = find(known, kind) {
            return self.reveal(entry).await;
        }
        match self.make(kind, name).await {
            Err(ControlError::Store(StoreError::Conflict { .. })) => {}
            made => return made,
        }
        // Someone else made it in between.
        let known = self.store.list_keys(self.workspace).await?;
        self.reveal(find(&known, kind).ok_or(ControlError::KeyGone)?)
            .await
    }

    async fn make(&self, kind: KeyKind, name: &str) -> Result<ApiKey, ControlError> {
        let key = ApiKey::generate(kind, &mut rand::rng());
        let new = NewKey {
            record: KeyRecord::issued(&key, self.workspace.clone()),
            policy: Policy::default(),
            details: KeyDetails {
                name: name.to_owned(),
                tags: Vec::new(),
                creator: BOOTSTRAP_CREATOR.to_owned(),
                created_at: self.clock.now(),
            },
            sealed: Some(self.secrets.seal(&key).await?),
        };
        self.store.create_key(&new).await?;
        tracing::info!(workspace = %self.workspace, key = %key.id(), %kind, "key made");
        Ok(key)
    }

    async fn reveal(&self, entry: &KeyEntry) -> Result<ApiKey, ControlError> {
        let sealed = self
            .store
            .sealed_secret(&entry.id)
            .await?
            .ok_or(ControlError::KeyGone)?;
        Ok(self.secrets.unseal(&entry.id, &sealed).await?)
    }
}

fn find(keys: &[KeyEntry], kind: KeyKind) -> Option<&KeyEntry> {
    keys.iter()
        .find(|entry| entry.kind == kind && entry.details.creator == BOOTSTRAP_CREATOR)
}
