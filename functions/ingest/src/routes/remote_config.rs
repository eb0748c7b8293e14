//! `GET /fleet-manager/api/client/v2/config`: what a sensor is to do.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use edge::{Connection, Problem};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG};
use http::{HeaderMap, StatusCode, Uri};
use policy::Operation;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::Ingest;
use crate::known::is_known;

/// The answer to a pull.
#[derive(Debug, Serialize)]
struct Answer<'a> {
    /// 0 where none was ever set.
    version: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    config: Option<&'a RawValue>,
}

/// The workspace's remote configuration, to a sensor's key; 304 where the sensor has it already. One
/// read beside the key's.
#[utoipa::path(
    get,
    path = "/fleet-manager/api/client/v2/config",
    operation_id = "pullRemoteConfig",
    tag = "Remote configuration",
    summary = "Pull a sensor's remote configuration",
    params(("If-None-Match" = Option<String>, Header, description = "The `ETag` of what is known")),
    responses(
        (status = 200, description = "The version and the configuration",
            headers(("ETag" = String, description = "The version"))),
        (status = 304, description = "It is known already"),
    ),
)]
pub(crate) async fn remote_config(
    State(ingest): State<Ingest>,
    connection: Connection,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (now, operation) = (ingest.clock.now(), Operation::ReadRemoteConfig);
    let caller = ingest
        .gate
        .admit(&headers, uri.query(), &connection, operation, now)
        .await?;
    let found = ingest.store.remote_config(&caller.workspace).await?;
    let version = found.as_ref().map_or(0, |found| found.version.version);
    // With the workspace: a sensor that moves to another one must not keep what it has.
    let tag = format!("\"{}-{version}\"", caller.workspace);
    let cached = [
        (ETAG, tag.clone()),
        // Every pull asks; nothing in between may answer.
        (CACHE_CONTROL, "private, no-cache".to_owned()),
    ];
    if is_known(&headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, cached).into_response());
    }
    let config = found
        .as_ref()
        .map(|found| serde_json::from_str::<&RawValue>(&found.config))
        .transpose();
    let config = config.map_err(|_| {
        tracing::error!(workspace = %caller.workspace, version, "a remote configuration is not JSON");
        Problem::Internal
    })?;
    let body = serde_json::to_vec(&Answer { version, config }).map_err(|_| Problem::Internal)?;
    let json = [(CONTENT_TYPE, "application/json")];
    Ok((json, cached, body).into_response())
}
