//! `/admin/v1/settings`.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use control::SettingsDraft;
use edge::Problem;
use event::WorkspaceId;
use http::header::ETAG;
use serde::{Deserialize, Serialize};
use store::WorkspaceSettings;
use utoipa::ToSchema;

use crate::Api;
use crate::caller::{Admin, Viewer};
use crate::openapi::schema;
use crate::request::Body;
use crate::routes::named::{Named, name};
use crate::version::{Expected, etag};

pub(crate) fn routes<N: Named>(to: N) -> N {
    name!(to; read, replace)
}

/// How a workspace is set up.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Settings {
    /// The workspace's id, which never changes.
    workspace: String,
    created_at: i64,
    #[serde(flatten)]
    set: SettingsBody,
}

/// What can be set. Every member must be there; others are refused.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct SettingsBody {
    /// What people call the workspace.
    #[schema(min_length = 1, max_length = 64, example = "Acme")]
    name: String,
    /// Whether events keep the address that they were sent from.
    keep_addresses: bool,
    /// How long events are kept, in days, timelines too; `null`: for ever. Profiles stay until they are
    /// deleted. Holds for what comes from then on.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(minimum = 1, maximum = 3650, required = true)]
    retention_days: Option<i64>,
    /// How long the answer to a metric query may be given again, in minutes.
    #[schema(minimum = 5, maximum = 1440)]
    metrics_cache_ttl_minutes: i64,
}

impl Settings {
    fn new(workspace: &WorkspaceId, settings: &WorkspaceSettings) -> Self {
        Self {
            workspace: workspace.to_string(),
            created_at: settings.created_at.as_millis(),
            set: SettingsBody {
                name: settings.name.clone(),
                keep_addresses: settings.keep_addresses,
                retention_days: settings.retention_days.map(i64::from),
                metrics_cache_ttl_minutes: settings.metrics_cache_ttl_minutes.into(),
            },
        }
    }
}

/// Read the workspace's settings
///
/// The answer's `ETag` is what a change wants as `If-Match`.
#[utoipa::path(
    get,
    path = "/admin/v1/settings",
    operation_id = "readSettings",
    tag = "Settings",
    responses(
        (status = 200, description = "The settings", body = Settings,
            headers(("ETag" = String, description = "The settings' version"))),
    ),
    extensions(("x-weir-role" = json!("viewer"))),
)]
async fn read(
    State(api): State<Api>,
    Viewer(caller): Viewer,
) -> Result<impl IntoResponse, Problem> {
    let settings = api.settings.read(&caller.workspace).await?;
    let answer = Json(Settings::new(&caller.workspace, &settings));
    Ok(([(ETAG, etag(settings.version))], answer))
}

/// Replace the workspace's settings
///
/// They hold for what is received a minute later, or sooner.
#[utoipa::path(
    put,
    path = "/admin/v1/settings",
    operation_id = "replaceSettings",
    tag = "Settings",
    params(("If-Match" = String, Header, description = "The version that the caller saw")),
    request_body = SettingsBody,
    responses(
        (status = 200, description = "The settings", body = Settings,
            headers(("ETag" = String, description = "The settings' version"))),
        (status = 412, description = "`version_stale`: somebody else was faster",
            body = schema::Failed),
        (status = 428, description = "`precondition_required`: no `If-Match`",
            body = schema::Failed),
    ),
    extensions(("x-weir-role" = json!("admin"))),
)]
async fn replace(
    State(api): State<Api>,
    Admin(caller): Admin,
    Expected(version): Expected,
    Body(body): Body<SettingsBody>,
) -> Result<impl IntoResponse, Problem> {
    let draft = SettingsDraft {
        name: body.name,
        keep_addresses: body.keep_addresses,
        retention_days: body.retention_days,
        metrics_cache_ttl_minutes: body.metrics_cache_ttl_minutes,
    };
    let settings = api
        .settings
        .replace(&caller.workspace, &caller.by, version, &draft)
        .await?;
    let answer = Json(Settings::new(&caller.workspace, &settings));
    Ok(([(ETAG, etag(settings.version))], answer))
}
