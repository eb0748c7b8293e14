//! The newest remote configuration.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use edge::Problem;
use http::header::ETAG;
use serde::Deserialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::answer::RemoteConfig;
use crate::Api;
use crate::caller::{Admin, Viewer};
use crate::openapi::schema;
use crate::request::Body;
use crate::version::{Expected, etag};

/// A configuration to be set.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRemoteConfig {
    /// An object of at most 64 KB, at most 32 levels deep. Sensors get it to the letter.
    #[schema(value_type = Object)]
    config: Box<RawValue>,
}

/// A version to go back to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RollBack {
    version: u64,
}

/// Read the newest remote configuration
///
/// The answer's `ETag` is what a change wants as `If-Match`, also where none was ever set.
#[utoipa::path(
    get,
    path = "/admin/v1/remote-config",
    operation_id = "readRemoteConfig",
    tag = "Remote configuration",
    responses(
        (status = 200, description = "The configuration", body = RemoteConfig,
            headers(("ETag" = String, description = "Its version"))),
    ),
    extensions(("x-weir-role" = json!("viewer"))),
)]
pub(super) async fn read(
    State(api): State<Api>,
    Viewer(caller): Viewer,
) -> Result<impl IntoResponse, Problem> {
    let found = api.remote_configs.current(&caller.workspace).await?;
    let version = found.as_ref().map_or(0, |found| found.version.version);
    let answer = match found {
        Some(found) => RemoteConfig::new(found)?,
        None => RemoteConfig::none(),
    };
    Ok(([(ETAG, etag(version))], Json(answer)))
}

/// Set the remote configuration
///
/// Sensors get it with their next pull.
#[utoipa::path(
    put,
    path = "/admin/v1/remote-config",
    operation_id = "setRemoteConfig",
    tag = "Remote configuration",
    params(("If-Match" = String, Header, description = "The version that the caller saw")),
    request_body = NewRemoteConfig,
    responses(
        (status = 200, description = "The configuration", body = RemoteConfig,
            headers(("ETag" = String, description = "Its version"))),
        (status = 412, description = "`version_stale`: somebody else was faster",
            body = schema::Failed),
        (status = 428, description = "`precondition_required`: no `If-Match`",
            body = schema::Failed),
    ),
    extensions(("x-weir-role" = json!("admin"))),
)]
pub(super) async fn replace(
    State(api): State<Api>,
    Admin(caller): Admin,
    Expected(version): Expected,
    Body(new): Body<NewRemoteConfig>,
) -> Result<impl IntoResponse, Problem> {
    let set = api
        .remote_configs
        .set(&caller.workspace, &caller.by, version, new.config.get())
        .await?;
    let tag = [(ETAG, etag(set.version.version))];
    Ok((tag, Json(RemoteConfig::new(set)?)))
}

/// Go back to an earlier version
///
/// Its content becomes the newest version.
#[utoipa::path(
    post,
    path = "/admin/v1/remote-config/rollback",
    operation_id = "rollBackRemoteConfig",
    tag = "Remote configuration",
    params(("If-Match" = String, Header, description = "The version that the caller saw")),
    request_body = RollBack,
    responses(
        (status = 200, description = "The configuration", body = RemoteConfig,
            headers(("ETag" = String, description = "Its version"))),
        (status = 404, description = "`not_found`: there is no such version",
            body = schema::Failed),
        (status = 412, description = "`version_stale`: somebody else was faster",
            body = schema::Failed),
        (status = 428, description = "`precondition_required`: no `If-Match`",
            body = schema::Failed),
    ),
    extensions(("x-weir-role" = json!("admin"))),
)]
pub(super) async fn roll_back(
    State(api): State<Api>,
    Admin(caller): Admin,
    Expected(version): Expected,
    Body(to): Body<RollBack>,
) -> Result<impl IntoResponse, Problem> {
    let set = api
        .remote_configs
        .roll_back(&caller.workspace, &caller.by, version, to.version)
        .await?;
    let tag = [(ETAG, etag(set.version.version))];
    Ok((tag, Json(RemoteConfig::new(set)?)))
}
