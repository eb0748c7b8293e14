//! What the pages do, by the use cases that the admin API calls too.

use control::{
    AuditLog, ClientSecrets, Keys, QueryLog, RemoteConfigs, Runs, SavedMetrics, ServiceAccounts,
    Workflows,
};
use edge::Runtime;
use secrets::{SecretNames, Secrets};
use store::Store;

/// The use cases of the pages.
#[derive(Debug)]
pub(crate) struct UseCases {
    pub(crate) keys: Keys,
    pub(crate) client_secrets: ClientSecrets,
    pub(crate) accounts: ServiceAccounts,
    pub(crate) settings: control::Settings,
    pub(crate) remote_configs: RemoteConfigs,
    pub(crate) audit: AuditLog,
    pub(crate) metrics: SavedMetrics,
    pub(crate) query_log: QueryLog,
    pub(crate) workflows: Workflows,
    pub(crate) runs: Runs,
    /// For what reads alone: usage, suggestions, dry runs.
    pub(crate) store: Store,
}

impl UseCases {
    /// On the runtime's store and the secrets that its configuration names.
    pub(crate) fn new(runtime: &Runtime, client: aws_sdk_secretsmanager::Client) -> Self {
        let names = SecretNames {
            sealing_keys: runtime.config.sealing_keys.clone(),
            client_secrets: runtime.config.client_secrets.clone(),
        };
        let (store, secrets) = (runtime.store.clone(), Secrets::new(client, names));
        Self {
            keys: Keys::new(store.clone(), secrets.clone()),
            workflows: Workflows::new(
                store.clone(),
                secrets.clone(),
                runtime.config.webhooks_to_loopback,
            ),
            runs: Runs::new(store.clone()),
            client_secrets: ClientSecrets::new(store.clone(), secrets),
            accounts: ServiceAccounts::new(store.clone()),
            settings: control::Settings::new(store.clone()),
            remote_configs: RemoteConfigs::new(store.clone()),
            audit: AuditLog::new(store.clone()),
            metrics: SavedMetrics::new(store.clone()),
            query_log: QueryLog::new(store.clone()),
            store,
        }
    }
}
