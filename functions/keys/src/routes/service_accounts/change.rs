//! `/admin/v1/service-accounts/{accountId}`.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use edge::Problem;
use edge::path::AccountId;
use http::StatusCode;
use http::header::ETAG;

use super::answer::ServiceAccount;
use super::collection::AccountBody;
use crate::Api;
use crate::caller::Admin;
use crate::openapi::schema;
use crate::request::Body;
use crate::version::{Expected, etag};

/// Read a service account
///
/// A deleted one too. The answer's `ETag` is what a change wants as `If-Match`.
#[utoipa::path(
    get,
    path = "/admin/v1/service-accounts/{accountId}",
    operation_id = "readServiceAccount",
    tag = "Service accounts",
    params(("accountId" = String, Path, description = "The account's id")),
    responses(
        (status = 200, description = "The account", body = ServiceAccount,
            headers(("ETag" = String, description = "The account's version"))),
    ),
    extensions(("x-weir-role" = json!("admin"))),
)]
pub(super) async fn read(
    State(api): State<Api>,
    Admin(caller): Admin,
    AccountId(id): AccountId,
) -> Result<impl IntoResponse, Problem> {
    let account = api.accounts.read(&caller.workspace, &id).await?;
    let tag = [(ETAG, etag(account.version))];
    Ok((tag, Json(ServiceAccount::new(&account))))
}

/// Change a service account's name and role
///
/// Both hold for its API keys from their next request.
#[utoipa::path(
    put,
    path = "/admin/v1/service-accounts/{accountId}",
    operation_id = "changeServiceAccount",
    tag = "Service accounts",
    params(
        ("accountId" = String, Path, description = "The account's id"),
        ("If-Match" = String, Header, description = "The version that the caller saw"),
    ),
    request_body = AccountBody,
    responses(
        (status = 200, description = "The account", body = ServiceAccount,
            headers(("ETag" = String, description = "The account's version"))),
        (status = 409, description = "`conflict`: the name is taken, or the account is deleted",
            body = schema::Failed),
        (status = 412, description = "`version_stale`: somebody else was faster",
            body = schema::Failed),
        (status = 428, description = "`precondition_required`: no `If-Match`",
            body = schema::Failed),
    ),
    extensions(("x-weir-role" = json!("admin"))),
)]
pub(super) async fn change(
    State(api): State<Api>,
    Admin(caller): Admin,
    AccountId(id): AccountId,
    Expected(version): Expected,
    Body(body): Body<AccountBody>,
) -> Result<impl IntoResponse, Problem> {
    let account = api
        .accounts
        .change(&caller.workspace, &caller.by, &id, version, &body.into())
        .await?;
    let tag = [(ETAG, etag(account.version))];
    Ok((tag, Json(ServiceAccount::new(&account))))
}

/// Delete a service account
///
/// Its API keys are revoked: their next request is refused. Account and keys stay readable, with
/// when and by whom; the name is free again.
#[utoipa::path(
    delete,
    path = "/admin/v1/service-accounts/{accountId}",
    operation_id = "deleteServiceAccount",
    tag = "Service accounts",
    params(("accountId" = String, Path, description = "The account's id")),
    responses((status = 204, description = "It is deleted")),
    extensions(("x-weir-role" = json!("admin"))),
)]
pub(super) async fn delete(
    State(api): State<Api>,
    Admin(caller): Admin,
    AccountId(id): AccountId,
) -> Result<StatusCode, Problem> {
    api.accounts
        .delete(&caller.workspace, &caller.by, &id)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
