//! `POST …/disable`, `POST …/enable` and `DELETE` of a key.

use axum::extract::State;
use edge::Problem;
use event::KeyId;
use http::StatusCode;

use crate::Api;
use crate::caller::{Admin, Caller, Editor};
use crate::request::Id;

/// Switch a key off
///
/// From its next request on it is refused as `key_disabled`.
#[utoipa::path(
    post,
    path = "/admin/v1/keys/{keyId}/disable",
    operation_id = "disableKey",
    tag = "Keys",
    params(("keyId" = String, Path, description = "The key's id")),
    responses((status = 204, description = "The key is off")),
    extensions(("x-weir-role" = json!("editor"))),
)]
pub(super) async fn disable(
    State(api): State<Api>,
    Editor(caller): Editor,
    Id(id): Id,
) -> Result<StatusCode, Problem> {
    switch(&api, &caller, id, false).await
}

/// Switch a key on
#[utoipa::path(
    post,
    path = "/admin/v1/keys/{keyId}/enable",
    operation_id = "enableKey",
    tag = "Keys",
    params(("keyId" = String, Path, description = "The key's id")),
    responses((status = 204, description = "The key is on")),
    extensions(("x-weir-role" = json!("editor"))),
)]
pub(super) async fn enable(
    State(api): State<Api>,
    Editor(caller): Editor,
    Id(id): Id,
) -> Result<StatusCode, Problem> {
    switch(&api, &caller, id, true).await
}

/// Revoke a key for good
///
/// From its next request on it is refused as `key_revoked`. Its policy and its text are deleted, it
/// leaves every list, and its name is free.
#[utoipa::path(
    delete,
    path = "/admin/v1/keys/{keyId}",
    operation_id = "revokeKey",
    tag = "Keys",
    params(("keyId" = String, Path, description = "The key's id")),
    responses((status = 204, description = "The key is revoked")),
    extensions(("x-weir-role" = json!("admin"))),
)]
pub(super) async fn revoke(
    State(api): State<Api>,
    Admin(caller): Admin,
    Id(id): Id,
) -> Result<StatusCode, Problem> {
    api.keys.revoke(&caller.workspace, &caller.by, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn switch(
    api: &Api,
    caller: &Caller,
    id: KeyId,
    enabled: bool,
) -> Result<StatusCode, Problem> {
    api.keys
        .set_enabled(&caller.workspace, &caller.by, &id, enabled)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
