//! SQL over the events of a workspace.

mod caller;
mod fault;
mod format;
mod query;

use std::sync::Arc;

use ::query::{Engine, Limits};
use axum::Router;
use axum::routing::post;
use edge::{Gate, Runtime};
use event::Clock;

/// What the handlers share.
#[derive(Debug, Clone)]
struct MetricsQuery {
    gate: Gate,
    engine: Engine,
    clock: Arc<dyn Clock>,
}

/// The routes of the function.
pub fn router(runtime: &Runtime) -> Router {
    router_with(runtime, Limits::default())
}

/// The routes of the function, with other limits for its queries.
pub fn router_with(runtime: &Runtime, limits: Limits) -> Router {
    let metrics_query = MetricsQuery {
        gate: Gate::new(
            runtime.store.clone(),
            runtime.metrics.clone(),
            runtime.tally.clone(),
        ),
        engine: Engine::new(runtime.store.clone(), limits),
        clock: Arc::clone(&runtime.clock),
    };
    let routes = Router::new()
        .route("/metrics/query", post(query::ad_hoc))
        .with_state(metrics_query);
    edge::api(routes)
}
