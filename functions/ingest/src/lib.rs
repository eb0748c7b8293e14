//! What a key may send: events, profile updates, spans, logs and metrics.
//!
//! [`sources`] turns bodies into events, one module per wire format; `verdicts` judges them; `append`
//! makes them durable; `routes` has one module per path.

mod append;
mod request;
mod routes;
mod settings;
pub mod sources;
mod take;
pub mod verdicts;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use edge::{Gate, Runtime};
use event::Clock;
use store::Store;
use telemetry::Metrics;

use crate::settings::Settings;

/// What the handlers share.
#[derive(Debug, Clone)]
struct Ingest {
    gate: Gate,
    store: Store,
    settings: Settings,
    metrics: Metrics,
    clock: Arc<dyn Clock>,
}

/// The routes of the function.
pub fn router(runtime: &Runtime) -> Router {
    let ingest = Ingest {
        gate: Gate::new(runtime.store.clone(), runtime.metrics.clone()),
        store: runtime.store.clone(),
        settings: Settings::new(runtime.store.clone()),
        metrics: runtime.metrics.clone(),
        clock: Arc::clone(&runtime.clock),
    };
    let routes = Router::new()
        .route("/event/ingest", post(routes::event))
        .route("/event/ingest/batch", post(routes::batch))
        .route("/profile", post(routes::profile))
        .route("/v1/traces", post(routes::otlp::traces))
        .route("/v1/logs", post(routes::otlp::logs))
        .route("/v1/metrics", post(routes::otlp::metrics))
        .route("/ingest/v2/otlp/logs", post(routes::otlp::logs))
        .route("/ingest/v2/json/logs", post(routes::json_logs))
        .route("/ingest/v2/json/events", post(routes::json_logs))
        .route("/ingest/v2/health", get(routes::health_of_key))
        .route("/firehose/logs", post(routes::firehose))
        .route("/json/logs", post(routes::json_logs))
        .route("/json/rum", post(routes::rum))
        .route("/health", get(routes::health))
        .with_state(ingest);
    edge::ingest_api(routes)
}
