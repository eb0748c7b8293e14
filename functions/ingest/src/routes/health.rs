//! Whether the service is up: `GET /health`, and with a key `GET /ingest/v2/health`.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use edge::{Connection, Problem};
use http::{HeaderMap, Uri};
use policy::Operation;
use serde_json::json;

use crate::Ingest;

/// Up, to anybody.
#[utoipa::path(
    get,
    path = "/health",
    operation_id = "health",
    tag = "About",
    summary = "Ask whether Weir is up",
    responses((status = 200, description = "It is")),
    security(()),
)]
pub(crate) async fn health() -> Response {
    Json(json!({"status": "ok"})).into_response()
}

/// Up, to whoever has a good key of any kind.
#[utoipa::path(
    get,
    path = "/ingest/v2/health",
    operation_id = "healthOfKey",
    tag = "About",
    summary = "Ask whether Weir is up and the key is good",
    responses((status = 200, description = "Both")),
)]
pub(crate) async fn health_of_key(
    State(ingest): State<Ingest>,
    connection: Connection,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (now, operation) = (ingest.clock.now(), Operation::CheckHealth);
    ingest
        .gate
        .admit(&headers, uri.query(), &connection, operation, now)
        .await?;
    Ok(health().await)
}
