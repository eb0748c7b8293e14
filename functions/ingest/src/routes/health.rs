//! Whether the service is up: `GET /health`, and with a key `GET /ingest/v2/health`.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use edge::{Connection, Presented, Problem};
use http::{HeaderMap, Uri};
use policy::{ApiKey, Operation};
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
    // Any kind will do: asked is something that the presented one may.
    let presented = Presented::find(&headers, uri.query());
    let key = presented.and_then(|presented| ApiKey::parse(presented.text()).ok());
    let operation = key.and_then(|key| {
        Operation::ALL
            .into_iter()
            .find(|&operation| key.kind().permits(operation))
    });
    let operation = operation.unwrap_or(Operation::SendEvents);
    let now = ingest.clock.now();
    ingest
        .gate
        .admit(&headers, uri.query(), &connection, operation, now)
        .await?;
    Ok(health().await)
}
