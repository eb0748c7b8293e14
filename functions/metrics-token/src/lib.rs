//! Access tokens of the Metrics API: a client secret and its API key in, a signed token out.
//!
//! The only function that may read the signing keys. `exchange` judges the pair, `attempts` bounds how
//! often somebody may try, `signer` publishes the public keys before it signs.

mod attempts;
mod exchange;
mod openapi;
mod signer;

use std::sync::Arc;

use axum::Router;
use axum::middleware::map_response;
use axum::response::Response;
use axum::routing::post;
use edge::{Gate, Runtime};
use event::Clock;
use http::HeaderValue;
use http::header::CACHE_CONTROL;
use secrets::{SecretNames, Secrets, TokenKeys};
use store::Store;

pub use openapi::openapi;

use crate::attempts::Attempts;
use crate::signer::Signer;

/// What the handlers share. Clones share everything.
#[derive(Debug, Clone)]
pub struct MetricsToken {
    gate: Gate,
    store: Store,
    secrets: Secrets,
    signer: Signer,
    attempts: Attempts,
    clock: Arc<dyn Clock>,
}

/// Where the function finds its secrets.
#[derive(Debug, Clone)]
pub struct Clients {
    /// For the client secrets.
    pub secrets: Secrets,
    /// For the signing keys.
    pub token_keys: TokenKeys,
}

/// The secrets that the environment names.
pub fn clients(runtime: &Runtime) -> Clients {
    let manager = secrets::client(&runtime.aws);
    let names = SecretNames {
        client_secrets: runtime.config.client_secrets.clone(),
        ..SecretNames::default()
    };
    Clients {
        token_keys: TokenKeys::new(manager.clone(), &runtime.config.token_signing_keys),
        secrets: Secrets::new(manager, names),
    }
}

impl MetricsToken {
    /// Puts the parts together. Calls nobody.
    pub fn new(runtime: &Runtime, clients: Clients) -> Self {
        let store = &runtime.store;
        Self {
            gate: Gate::new(
                store.clone(),
                runtime.metrics.clone(),
                runtime.tally.clone(),
            ),
            store: store.clone(),
            secrets: clients.secrets,
            signer: Signer::new(store.clone(), clients.token_keys),
            attempts: Attempts::new(store.clone()),
            clock: Arc::clone(&runtime.clock),
        }
    }

    /// Publishes the public keys, so that they are known before the first token is. A failure is the
    /// first request's to meet.
    pub async fn warm_up(&self) {
        if let Err(problem) = self.signer.key(self.clock.now()).await {
            let code = problem.code();
            tracing::warn!(
                code,
                "the keys of tokens could not be published at the start"
            );
        }
    }

    /// The routes of the function.
    pub fn router(&self) -> Router {
        let routes = Router::new()
            .route("/metrics/auth/token", post(exchange::exchange))
            .with_state(self.clone());
        edge::api(routes).layer(map_response(no_store))
    }
}

/// A token is nobody's to keep but the caller's.
async fn no_store(mut response: Response) -> Response {
    let no_store = HeaderValue::from_static("no-store");
    response.headers_mut().insert(CACHE_CONTROL, no_store);
    response
}
