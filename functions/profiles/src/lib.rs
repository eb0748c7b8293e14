//! Profile reads, timelines and deletion, for read & write keys.

mod caller;
mod openapi;
mod profile;
mod timeline;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use edge::{Gate, Runtime};
use event::Clock;
use store::Store;

pub use openapi::openapi;

/// What the handlers share.
#[derive(Debug, Clone)]
struct Profiles {
    gate: Gate,
    store: Store,
    clock: Arc<dyn Clock>,
}

/// The routes of the function.
pub fn router(runtime: &Runtime) -> Router {
    let profiles = Profiles {
        gate: Gate::new(
            runtime.store.clone(),
            runtime.metrics.clone(),
            runtime.tally.clone(),
        ),
        store: runtime.store.clone(),
        clock: Arc::clone(&runtime.clock),
    };
    let routes = Router::new()
        .route(
            "/profile/{userId}",
            get(profile::read).delete(profile::delete),
        )
        .route("/profile/{userId}/events", get(timeline::read))
        .with_state(profiles);
    edge::api(routes)
}
