//! `POST …/reveal`, `POST …/rotate` and `DELETE …/previous` of a key.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use edge::Problem;
use event::Timestamp;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Api;
use crate::caller::{Admin, Editor};
use crate::openapi::schema;
use crate::request::{Body, Id, IfMatch};

/// A key's text.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RevealedKey {
    /// What callers send.
    #[schema(example = "weir_wo_3fYx9QkLm2Ab_…")]
    key: String,
}

/// Show a key's text
///
/// Each time is a line of the audit log.
#[utoipa::path(
    post,
    path = "/admin/v1/keys/{keyId}/reveal",
    operation_id = "revealKey",
    tag = "Keys",
    params(("keyId" = String, Path, description = "The key's id")),
    responses((status = 200, description = "The text", body = RevealedKey)),
    extensions(("x-weir-role" = json!("admin"))),
)]
pub(super) async fn reveal(
    State(api): State<Api>,
    Admin(caller): Admin,
    Id(id): Id,
) -> Result<Json<RevealedKey>, Problem> {
    let key = api.keys.reveal(&caller.workspace, &caller.by, &id).await?;
    Ok(Json(RevealedKey {
        key: key.expose().to_owned(),
    }))
}

/// How a key is rotated.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Rotation {
    /// For how long the text until now works on: 0 to 2592000, which is 30 days.
    #[schema(minimum = 0, maximum = 2_592_000, example = 86400)]
    overlap_seconds: u64,
    /// Whether a text that works on since an earlier rotation ends now. Without this such a rotation is
    /// refused.
    #[serde(default)]
    replace_previous: bool,
}

/// A key's new text.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct RotatedKey {
    /// What callers send from now on.
    #[schema(example = "weir_wo_3fYx9QkLm2Ab_…")]
    key: String,
    /// Until when the text before it works, in milliseconds since 1970; `null`: it has ended.
    previous_expires_at: Option<i64>,
    /// Whether a still older text, from a rotation that was not over, ended now.
    older_ended: bool,
}

/// Give a key a new text
///
/// The id stays. At most two texts work at a time: while one is left of an earlier rotation, another
/// rotation has to say that it ends.
#[utoipa::path(
    post,
    path = "/admin/v1/keys/{keyId}/rotate",
    operation_id = "rotateKey",
    tag = "Keys",
    params(
        ("keyId" = String, Path, description = "The key's id"),
        ("If-Match" = Option<String>, Header,
            description = "The `ETag` of the key as you have seen it; absent: whichever it is"),
    ),
    request_body = Rotation,
    responses(
        (status = 200, description = "The new text", body = RotatedKey),
        (status = 409, description = "`conflict`: a text works on since an earlier rotation, or \
            somebody else changes the key at the same time", body = schema::Failed),
        (status = 412, description = "`version_stale`: somebody else changed the key",
            body = schema::Failed),
    ),
    extensions(("x-weir-role" = json!("editor"))),
)]
pub(super) async fn rotate(
    State(api): State<Api>,
    Editor(caller): Editor,
    Id(id): Id,
    seen: Option<IfMatch>,
    Body(rotation): Body<Rotation>,
) -> Result<Json<RotatedKey>, Problem> {
    let rotation = control::Rotation {
        overlap: Duration::from_secs(rotation.overlap_seconds),
        seen: seen.map(|seen| seen.version()).transpose()?,
        replace_previous: rotation.replace_previous,
    };
    let rotated = api
        .keys
        .rotate(&caller.workspace, &caller.by, &id, rotation)
        .await?;
    Ok(Json(RotatedKey {
        key: rotated.key.expose().to_owned(),
        previous_expires_at: rotated.previous_expires_at.map(Timestamp::as_millis),
        older_ended: rotated.older_ended,
    }))
}

/// End the text before the last rotation now
///
/// A success also where it has ended already.
#[utoipa::path(
    delete,
    path = "/admin/v1/keys/{keyId}/previous",
    operation_id = "endPreviousKey",
    tag = "Keys",
    params(("keyId" = String, Path, description = "The key's id")),
    responses((status = 204, description = "Only the newest text works")),
    extensions(("x-weir-role" = json!("editor"))),
)]
pub(super) async fn end_previous(
    State(api): State<Api>,
    Editor(caller): Editor,
    Id(id): Id,
) -> Result<StatusCode, Problem> {
    api.keys
        .end_previous(&caller.workspace, &caller.by, &id)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
