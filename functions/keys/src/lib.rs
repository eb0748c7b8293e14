//! The admin JSON API under `/admin/v1`.
//!
//! `caller` finds out who calls and holds their role against what a handler asks for; `request` reads
//! bodies, parameters and ids; `routes` has one module per resource, with the handlers' part of the
//! OpenAPI document beside them.

mod bootstrap;
mod caller;
mod invocation;
mod openapi;
mod page;
mod request;
mod routes;
mod version;

use std::sync::Arc;

use axum::Router;
use axum::middleware::map_response;
use axum::response::Response;
use control::{
    AuditLog, ClientSecrets, Keys, RemoteConfigs, Runs, ServiceAccounts, Settings, Workflows,
};
use edge::{AdminGate, Gate, Oidc, Runtime};
use event::Clock;
use http::HeaderValue;
use http::header::CACHE_CONTROL;
use secrets::{SecretNames, Secrets};
use store::Store;

pub use bootstrap::{Bootstrap, Invocation, Made, bootstrap};
pub use invocation::{InvocationError, Outcome, handle};
pub use openapi::openapi;

/// What the handlers share.
#[derive(Debug, Clone)]
struct Api {
    gate: AdminGate,
    keys: Keys,
    store: Store,
    client_secrets: ClientSecrets,
    accounts: ServiceAccounts,
    settings: Settings,
    remote_configs: RemoteConfigs,
    workflows: Workflows,
    runs: Runs,
    audit: AuditLog,
    clock: Arc<dyn Clock>,
}

/// The secrets that the environment names.
pub fn secrets(runtime: &Runtime) -> Secrets {
    let names = SecretNames {
        sealing_keys: runtime.config.sealing_keys.clone(),
        client_secrets: runtime.config.client_secrets.clone(),
    };
    Secrets::new(secrets::client(&runtime.aws), names)
}

/// The routes of the function.
pub fn router(runtime: &Runtime, secrets: Secrets) -> Router {
    let store = &runtime.store;
    let gate = Gate::new(
        store.clone(),
        runtime.metrics.clone(),
        runtime.tally.clone(),
    );
    let api = Api {
        gate: AdminGate::new(gate, runtime.config.oidc.as_ref().map(Oidc::new)),
        keys: Keys::new(store.clone(), secrets.clone()),
        store: store.clone(),
        workflows: Workflows::new(
            store.clone(),
            secrets.clone(),
            runtime.config.webhooks_to_loopback,
        ),
        runs: Runs::new(store.clone()),
        client_secrets: ClientSecrets::new(store.clone(), secrets),
        accounts: ServiceAccounts::new(store.clone()),
        settings: Settings::new(store.clone()),
        remote_configs: RemoteConfigs::new(store.clone()),
        audit: AuditLog::new(store.clone()),
        clock: Arc::clone(&runtime.clock),
    };
    let routes = routes::routes(Router::new());
    edge::api(routes.with_state(api)).layer(map_response(no_store))
}

/// No answer is kept by anybody on its way, unless it says that it may be.
async fn no_store(mut response: Response) -> Response {
    let headers = response.headers_mut();
    if !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}
