//! `/admin/v1/service-accounts/{accountId}/keys`.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use control::AccountKeyDraft;
use edge::Problem;
use edge::path::{AccountId, AccountKeyId};
use event::Timestamp;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answer::AccountKey;
use crate::Api;
use crate::caller::Admin;
use crate::openapi::schema;
use crate::request::Body;

/// The API keys of a service account, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AccountKeyList {
    keys: Vec<AccountKey>,
}

/// An API key to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct NewAccountKey {
    /// Need not be unique.
    #[schema(min_length = 1, max_length = 64, example = "CI")]
    name: String,
    /// From then on the key is refused, in milliseconds since 1970; absent: never.
    #[schema(value_type = Option<i64>)]
    expires_at: Option<Timestamp>,
    /// From where it may be used: addresses and CIDR ranges of IPv4 and IPv6; absent or empty: from anywhere. It cannot
    /// be changed: make another key.
    #[serde(default)]
    #[schema(max_items = 20, example = json!(["192.0.2.0/24", "2001:db8::7"]))]
    addresses: Vec<String>,
}

/// A new API key.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CreatedAccountKey {
    #[serde(flatten)]
    created: AccountKey,
    /// Its text. It is shown here and never again.
    #[schema(example = "weir_sa_3fYx9QkLm2Ab_…")]
    key: String,
}

/// List a service account's API keys
///
/// The revoked ones too, with when and by whom.
#[utoipa::path(
    get,
    path = "/admin/v1/service-accounts/{accountId}/keys",
    operation_id = "listServiceAccountKeys",
    tag = "Service accounts",
    params(("accountId" = String, Path, description = "The account's id")),
    responses((status = 200, description = "All of them", body = AccountKeyList)),
    extensions(("x-weir-role" = json!("admin"))),
)]
pub(super) async fn list(
    State(api): State<Api>,
    Admin(caller): Admin,
    AccountId(id): AccountId,
) -> Result<Json<AccountKeyList>, Problem> {
    let keys = api.accounts.keys(&caller.workspace, &id).await?;
    let used = api.store.last_used(&caller.workspace).await?;
    let shown = |key: &store::AccountKey| {
        let last_used_at = used.get(&key.id).copied();
        AccountKey::new(key, last_used_at, caller.by.at)
    };
    Ok(Json(AccountKeyList {
        keys: keys.iter().map(shown).collect(),
    }))
}

/// Make an API key of a service account
///
/// It has the account's role. An account has at most 20 keys that are not revoked.
#[utoipa::path(
    post,
    path = "/admin/v1/service-accounts/{accountId}/keys",
    operation_id = "createServiceAccountKey",
    tag = "Service accounts",
    params(("accountId" = String, Path, description = "The account's id")),
    request_body = NewAccountKey,
    responses(
        (status = 201, description = "The key, with its text", body = CreatedAccountKey),
        (status = 409, description = "`conflict`: the account is deleted, or has 20 keys",
            body = schema::Failed),
    ),
    extensions(("x-weir-role" = json!("admin"))),
)]
pub(super) async fn create(
    State(api): State<Api>,
    Admin(caller): Admin,
    AccountId(id): AccountId,
    Body(new): Body<NewAccountKey>,
) -> Result<impl IntoResponse, Problem> {
    let draft = AccountKeyDraft {
        name: new.name,
        expires_at: new.expires_at,
        addresses: new.addresses,
    };
    let issued = api
        .accounts
        .create_key(&caller.workspace, &caller.by, &id, &draft)
        .await?;
    let answer = CreatedAccountKey {
        created: AccountKey::new(&issued.entry, None, caller.by.at),
        key: issued.key.expose().to_owned(),
    };
    Ok((StatusCode::CREATED, Json(answer)))
}

/// Revoke an API key of a service account
///
/// Its next request is refused with `key_revoked`. It stays in the list.
#[utoipa::path(
    delete,
    path = "/admin/v1/service-accounts/{accountId}/keys/{keyId}",
    operation_id = "revokeServiceAccountKey",
    tag = "Service accounts",
    params(
        ("accountId" = String, Path, description = "The account's id"),
        ("keyId" = String, Path, description = "The key's id"),
    ),
    responses((status = 204, description = "It is revoked")),
    extensions(("x-weir-role" = json!("admin"))),
)]
pub(super) async fn revoke(
    State(api): State<Api>,
    Admin(caller): Admin,
    AccountKeyId(account, key): AccountKeyId,
) -> Result<StatusCode, Problem> {
    api.accounts
        .revoke_key(&caller.workspace, &caller.by, &account, &key)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
