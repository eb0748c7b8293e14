//! The versions of the remote configuration.
#![expect(
    unused_qualifications,
    reason = "utoipa names the parameters by their path"
)]

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use edge::Problem;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::answer::{RemoteConfig, Version};
use crate::Api;
use crate::caller::Viewer;
use crate::request::Parameters;

/// Versions in a page where the caller does not say.
const DEFAULT_LIMIT: u16 = 50;
/// Versions in a page at most.
const MAX_LIMIT: u16 = 100;

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Versions in a page: 1 to 100, 50 if absent.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<String>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

/// Some versions, the newest first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct VersionList {
    versions: Vec<Version>,
    /// `null`: there is no more.
    next_cursor: Option<String>,
}

/// List the versions of the remote configuration
///
/// The newest first, without their content.
#[utoipa::path(
    get,
    path = "/admin/v1/remote-config/versions",
    operation_id = "listRemoteConfigVersions",
    tag = "Remote configuration",
    params(Wanted),
    responses((status = 200, description = "A page of the versions", body = VersionList)),
    extensions(("x-weir-role" = json!("viewer"))),
)]
pub(super) async fn list(
    State(api): State<Api>,
    Viewer(caller): Viewer,
    Parameters(wanted): Parameters<Wanted>,
) -> Result<Json<VersionList>, Problem> {
    let before = wanted.cursor.as_deref().map(cursor).transpose()?;
    let limit = match wanted.limit.as_deref() {
        None => DEFAULT_LIMIT,
        Some(text) => limit(text)?,
    };
    let page = api
        .remote_configs
        .versions(&caller.workspace, before, limit)
        .await?;
    let last = page.versions.last().filter(|_| page.more);
    Ok(Json(VersionList {
        next_cursor: last.map(|last| last.version.to_string()),
        versions: page.versions.iter().map(Version::new).collect(),
    }))
}

/// Read a version of the remote configuration
#[utoipa::path(
    get,
    path = "/admin/v1/remote-config/versions/{version}",
    operation_id = "readRemoteConfigVersion",
    tag = "Remote configuration",
    params(("version" = u64, Path, description = "The version's number")),
    responses((status = 200, description = "The version", body = RemoteConfig)),
    extensions(("x-weir-role" = json!("viewer"))),
)]
pub(super) async fn read(
    State(api): State<Api>,
    Viewer(caller): Viewer,
    version: Result<Path<String>, PathRejection>,
) -> Result<Json<RemoteConfig>, Problem> {
    // What is no number names no version.
    let version = version.ok().and_then(|Path(text)| text.parse().ok());
    let version = version.ok_or(Problem::NotFound)?;
    let found = api
        .remote_configs
        .version(&caller.workspace, version)
        .await?;
    Ok(Json(RemoteConfig::new(found)?))
}

fn cursor(text: &str) -> Result<u64, Problem> {
    text.parse().map_err(|_| Problem::InvalidParameter {
        name: "cursor",
        message: "is not one that was given out here".into(),
    })
}

fn limit(text: &str) -> Result<u16, Problem> {
    text.parse()
        .ok()
        .filter(|limit| (1..=MAX_LIMIT).contains(limit))
        .ok_or(Problem::InvalidParameter {
            name: "limit",
            message: "must be a whole number from 1 to 100".into(),
        })
}
