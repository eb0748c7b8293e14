//! The first workspace, its keys and its first admin.

use event::{Clock, WorkspaceId};
use policy::{Actor, ApiKey, ClientSecret, KeyKind, Policy, Role};
use secrets::Secrets;
use store::{AuditAction, KeyEntry, ServiceAccount, Store, StoreError, WorkspaceSettings};

use crate::accounts::{AccountDraft, AccountKeyDraft, ServiceAccounts};
use crate::by::Changes;
use crate::invalid::Findings;
use crate::keys::{Order, issue};
use crate::words::check_words;
use crate::{By, ControlError};

/// Longest name of a workspace, in characters.
const MAX_NAME_CHARS: usize = 64;
/// The service account that is made with a workspace.
const FIRST_ADMIN: &str = "First admin";
/// Its first API key.
const FIRST_KEY: &str = "First key";

/// A workspace, its first keys and its first admin.
#[derive(Debug, Clone)]
pub struct Bootstrapped {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// One key of each kind that applications and data sources use.
    pub keys: IntegrationKeys,
    /// What asks for access tokens of the Metrics API.
    pub metrics: MetricsPair,
    /// Who administers the workspace.
    pub admin: FirstAdmin,
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

/// The metrics key and its client secret.
#[derive(Debug, Clone)]
pub struct MetricsPair {
    /// The key.
    pub key: ApiKey,
    /// The client secret, where it was made just now; it is not shown again.
    pub client_secret: Option<ClientSecret>,
}

/// The service account that a workspace starts with.
#[derive(Debug, Clone)]
pub struct FirstAdmin {
    /// The account.
    pub account: ServiceAccount,
    /// Its API key, where it was made just now; it is not shown again.
    pub key: Option<ApiKey>,
}

/// Makes the sealing keys, the workspace, its keys and its first admin, each unless it exists. Done
/// again, also after an interruption or by several at a time, it finds the same ones.
pub async fn bootstrap(
    store: &Store,
    secrets: &Secrets,
    clock: &dyn Clock,
    workspace: &WorkspaceId,
    name: &str,
) -> Result<Bootstrapped, ControlError> {
    let mut findings = Findings::default();
    findings.accept("name", check_words(name, MAX_NAME_CHARS));
    findings.into_result()?;
    let maker = Maker {
        store,
        secrets,
        workspace,
        by: By::bootstrap(clock.now()),
    };
    secrets.create_if_missing().await?;
    maker.workspace(name).await?;
    let known = store.list_keys(workspace).await?;
    let known = known.as_slice();
    Ok(Bootstrapped {
        workspace: workspace.clone(),
        keys: IntegrationKeys {
            write_only: maker.key(known, KeyKind::WriteOnly, "Write-only").await?,
            read_write: maker.key(known, KeyKind::ReadWrite, "Read & write").await?,
            sensor: maker.key(known, KeyKind::Sensor, "Sensor").await?,
            rum: maker.key(known, KeyKind::Rum, "RUM").await?,
            third_party: maker.key(known, KeyKind::ThirdParty, "Third party").await?,
        },
        metrics: maker.metrics(known).await?,
        admin: maker.admin().await?,
    })
}

/// Makes one more API key of the workspace's first admin: for whoever has lost the others, and may
/// run commands against the database.
///
/// Not found where there is no first admin; [`bootstrap`] makes one.
pub async fn new_admin_key(
    store: &Store,
    clock: &dyn Clock,
    workspace: &WorkspaceId,
    name: &str,
) -> Result<ApiKey, ControlError> {
    let by = By::bootstrap(clock.now());
    let accounts = ServiceAccounts::new(store.clone());
    let account = first_admin(&accounts, workspace).await?;
    let what = "first admin";
    let account = account.ok_or(StoreError::NotFound { what })?;
    let draft = key_draft(name);
    let made = accounts
        .create_key(workspace, &by, &account.id, &draft)
        .await?;
    Ok(made.key)
}

struct Maker<'a> {
    store: &'a Store,
    secrets: &'a Secrets,
    workspace: &'a WorkspaceId,
    by: By,
}

impl Maker<'_> {
    async fn workspace(&self, name: &str) -> Result<(), ControlError> {
        let settings = WorkspaceSettings::new(name, self.by.at);
        let entry = self.by.noted(
            AuditAction::WorkspaceCreated,
            self.workspace.as_str(),
            Some(name),
            Changes::default().set("name", name),
        );
        let made = self
            .store
            .create_workspace(self.workspace, &settings, &entry);
        match made.await {
            Ok(()) => tracing::info!(workspace = %self.workspace, "workspace made"),
            Err(StoreError::Conflict { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

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
        let order = Order {
            name,
            kind,
            tags: &[],
            expires_at: None,
            policy: Policy::default(),
        };
        let made = issue(self.store, self.secrets, self.workspace, &self.by, order).await;
        made.map(|(key, _)| key)
    }

    async fn reveal(&self, entry: &KeyEntry) -> Result<ApiKey, ControlError> {
        let sealed = self
            .store
            .sealed_secret(&entry.id)
            .await?
            .ok_or(ControlError::KeyGone)?;
        Ok(self.secrets.unseal(&entry.id, &sealed).await?)
    }

    /// The one metrics key, whoever made it, with its client secret where that is new.
    async fn metrics(&self, known: &[KeyEntry]) -> Result<MetricsPair, ControlError> {
        let key = self.key(known, KeyKind::Metrics, "Metrics").await?;
        let secret = ClientSecret::generate(&mut rand::rng());
        let made = self
            .secrets
            .create_client_secret(self.workspace, key.id(), &secret)
            .await?;
        Ok(MetricsPair {
            key,
            client_secret: made.then_some(secret),
        })
    }

    /// The first admin, made with its first key if there is none.
    async fn admin(&self) -> Result<FirstAdmin, ControlError> {
        let accounts = ServiceAccounts::new(self.store.clone());
        if let Some(account) = first_admin(&accounts, self.workspace).await? {
            return Ok(FirstAdmin { account, key: None });
        }
        let draft = AccountDraft {
            name: FIRST_ADMIN.to_owned(),
            role: Role::Admin,
        };
        let made = accounts
            .create_with_key(self.workspace, &self.by, &draft, &key_draft(FIRST_KEY))
            .await;
        match made {
            Ok((account, issued)) => Ok(FirstAdmin {
                account,
                key: Some(issued.key),
            }),
            Err(ControlError::Store(taken @ StoreError::Conflict { .. })) => {
                // Someone else made it in between, or the name is that of an account of theirs.
                let account = first_admin(&accounts, self.workspace).await?;
                let account = account.ok_or(taken)?;
                Ok(FirstAdmin { account, key: None })
            }
            Err(error) => Err(error),
        }
    }
}

/// The account that the bootstrap made, as long as it is an admin.
async fn first_admin(
    accounts: &ServiceAccounts,
    workspace: &WorkspaceId,
) -> Result<Option<ServiceAccount>, ControlError> {
    let living = accounts.list(workspace, false).await?;
    Ok(living
        .into_iter()
        .find(|account| account.creator == Actor::Bootstrap && account.role == Role::Admin))
}

fn key_draft(name: &str) -> AccountKeyDraft {
    AccountKeyDraft {
        name: name.to_owned(),
        expires_at: None,
        addresses: Vec::new(),
    }
}

/// The key of that kind that the bootstrap made. Of metrics keys there is one, whoever made it.
fn find(keys: &[KeyEntry], kind: KeyKind) -> Option<&KeyEntry> {
    keys.iter().find(|entry| {
        let own = entry.details.creator == Actor::Bootstrap;
        entry.kind == kind && (own || kind == KeyKind::Metrics)
    })
}
