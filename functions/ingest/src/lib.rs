//! What a key may send: events, profile updates, calls of workflows, spans, logs and metrics.
//!
//! [`sources`] turns bodies into events, one module per wire format; `verdicts` judges them; `append`
//! makes them durable; `routes` has one module per path.

mod append;
mod hours;
mod known;
mod openapi;
mod request;
mod routes;
pub mod sources;
mod take;
pub mod verdicts;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use edge::{Gate, Runtime, Settings, Tally};
use event::Clock;
use store::Store;
use telemetry::Metrics;

pub use openapi::openapi;

/// What the handlers share.
#[derive(Debug, Clone)]
struct Ingest {
    gate: Gate,
    store: Store,
    settings: Settings,
    metrics: Metrics,
    tally: Tally,
    clock: Arc<dyn Clock>,
}

/// The routes of the function.
pub fn router(runtime: &Runtime) -> Router {
    let ingest = Ingest {
        gate: Gate::new(
            runtime.store.clone(),
            runtime.metrics.clone(),
            runtime.tally.clone(),
        ),
        store: runtime.store.clone(),
        settings: runtime.settings.clone(),
        metrics: runtime.metrics.clone(),
        tally: runtime.tally.clone(),
        clock: Arc::clone(&runtime.clock),
    };
    let routes = Router::new()
        .route("/event/ingest", post(routes::event))
        .route("/event/ingest/batch", post(routes::batch))
        .route("/profile", post(routes::profile))
        .route("/workflow/trigger", post(routes::trigger))
        .route("/ingest/v2/json/logs", post(routes::json_logs))
        .route("/ingest/v2/json/events", post(routes::json_logs))
        .route("/ingest/v2/health", get(routes::health_of_key))
        .route("/json/logs", post(routes::json_logs))
        .route("/json/rum", post(routes::rum))
        .route("/rum.js", get(routes::snippet))
        .route(
            "/fleet-manager/api/client/v2/config",
            get(routes::remote_config),
        )
        .route("/health", get(routes::health))
        .merge(routes::otlp::routes())
        .merge(routes::firehose::routes(Arc::clone(&runtime.clock)))
        .with_state(ingest);
    edge::ingest_api(routes)
}
