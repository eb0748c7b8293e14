//! SQL over the events of a workspace.
//!
//! `caller` finds out who asks and `question` what; `asking` has the way from a question to its answer:
//! kept from before, computed by somebody just now, or computed here. `shown` makes HTTP of it. `admin`
//! has the saved metrics and the query log, for administrators.

mod admin;
mod asking;
mod caller;
mod fault;
mod format;
mod note;
mod query;
mod question;
mod settings;
mod shown;

use std::sync::Arc;

use ::query::{Engine, Limits};
use axum::Router;
use axum::routing::post;
use control::{QueryLog, SavedMetrics};
use edge::{AccessTokens, AdminGate, Gate, Later, Oidc, Runtime, Sessions};
use event::Clock;
use secrets::SessionKeys;
use store::Store;

pub use settings::Settings;

use crate::asking::Flights;

/// What the handlers share. Clones share everything.
#[derive(Debug, Clone)]
pub struct MetricsQuery {
    gate: Gate,
    admin: AdminGate,
    tokens: AccessTokens,
    engine: Engine,
    store: Store,
    workspaces: edge::Settings,
    metrics: SavedMetrics,
    log: QueryLog,
    flights: Flights,
    later: Later,
    clock: Arc<dyn Clock>,
}

impl MetricsQuery {
    /// Puts the parts together. Calls nobody.
    pub fn new(
        runtime: &Runtime,
        manager: aws_sdk_secretsmanager::Client,
        settings: Settings,
    ) -> Self {
        Self::with_limits(runtime, manager, settings, Limits::default())
    }

    /// As [`MetricsQuery::new`], with other limits for its queries.
    pub fn with_limits(
        runtime: &Runtime,
        manager: aws_sdk_secretsmanager::Client,
        settings: Settings,
        limits: Limits,
    ) -> Self {
        let store = &runtime.store;
        let gate = Gate::new(
            store.clone(),
            runtime.metrics.clone(),
            runtime.tally.clone(),
        );
        let session_keys = SessionKeys::new(manager, &settings.session_keys);
        let sessions = Sessions::new(session_keys, settings.dashboard);
        let oidc = runtime.config.oidc.as_ref().map(Oidc::new);
        Self {
            admin: AdminGate::new(gate.clone(), oidc).with_sessions(sessions),
            gate,
            tokens: AccessTokens::new(store.clone()),
            engine: Engine::new(store.clone(), limits),
            store: store.clone(),
            workspaces: runtime.settings.clone(),
            metrics: SavedMetrics::new(store.clone()),
            log: QueryLog::new(store.clone()),
            flights: Flights::default(),
            later: runtime.later.clone(),
            clock: Arc::clone(&runtime.clock),
        }
    }

    /// The routes of the function.
    pub fn router(&self) -> Router {
        let routes = Router::new()
            .route("/metrics/query", post(query::ad_hoc))
            .route("/metrics/query/{metricId}", post(query::saved))
            .merge(admin::routes())
            .with_state(self.clone());
        edge::api(routes)
    }
}
