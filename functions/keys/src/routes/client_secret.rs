//! `/admin/v1/keys/{keyId}/client-secret`: the client secret of the metrics key.

use axum::Json;
use axum::extract::State;
use edge::Problem;
use event::Timestamp;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Api;
use crate::caller::Admin;
use crate::openapi::schema;
use crate::request::{Body, Id};
use crate::routes::named::{Named, name};

pub(crate) fn routes<N: Named>(to: N) -> N {
    name!(to; rotate, end_previous)
}

/// How a client secret is rotated.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct ClientSecretRotation {
    /// How long the one before is accepted too, in seconds: up to 30 days; 0, the default: not at
    /// all.
    #[serde(default)]
    #[schema(maximum = 2_592_000)]
    overlap_seconds: u64,
    /// Whether one that is accepted since an earlier rotation ends now. Without this such a rotation is
    /// refused.
    #[serde(default)]
    replace_previous: bool,
}

/// A new client secret.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct RotatedClientSecret {
    /// Its text. It is shown here and never again.
    #[schema(example = "weir_mcs_…")]
    client_secret: String,
    /// Until then the one before is accepted too, in milliseconds since 1970; `null`: it is not.
    previous_expires_at: Option<i64>,
}

/// Rotate the metrics key's client secret
///
/// At most two are accepted at a time: while one is left of an earlier rotation, another rotation has to
/// say that it ends.
#[utoipa::path(
    post,
    path = "/admin/v1/keys/{keyId}/client-secret/rotate",
    operation_id = "rotateClientSecret",
    tag = "Keys",
    params(("keyId" = String, Path, description = "The metrics key's id")),
    request_body = ClientSecretRotation,
    responses(
        (status = 200, description = "The new client secret", body = RotatedClientSecret),
        (status = 409, description = "`conflict`: one is accepted since an earlier rotation, or \
            somebody else rotates at the same time",
            body = schema::Failed),
    ),
    extensions(("x-weir-role" = json!("admin"))),
)]
async fn rotate(
    State(api): State<Api>,
    Admin(caller): Admin,
    Id(id): Id,
    Body(rotation): Body<ClientSecretRotation>,
) -> Result<Json<RotatedClientSecret>, Problem> {
    let rotation = control::ClientSecretRotation {
        overlap_seconds: rotation.overlap_seconds,
        replace_previous: rotation.replace_previous,
        seen: None,
    };
    let rotated = api
        .client_secrets
        .rotate(&caller.workspace, &caller.by, &id, rotation)
        .await?;
    let previous = rotated.previous_expires_at.map(Timestamp::as_millis);
    Ok(Json(RotatedClientSecret {
        client_secret: rotated.client_secret.expose().to_owned(),
        previous_expires_at: previous,
    }))
}

/// End the metrics key's previous client secret now
#[utoipa::path(
    delete,
    path = "/admin/v1/keys/{keyId}/client-secret/previous",
    operation_id = "endPreviousClientSecret",
    tag = "Keys",
    params(("keyId" = String, Path, description = "The metrics key's id")),
    responses((status = 204, description = "It is not accepted any more")),
    extensions(("x-weir-role" = json!("admin"))),
)]
async fn end_previous(
    State(api): State<Api>,
    Admin(caller): Admin,
    Id(id): Id,
) -> Result<StatusCode, Problem> {
    api.client_secrets
        .end_previous(&caller.workspace, &caller.by, &id)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
