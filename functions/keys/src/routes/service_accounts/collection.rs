//! `/admin/v1/service-accounts`: the list, and a new one.
#![expect(
    unused_qualifications,
    reason = "utoipa names the parameters by their path"
)]

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use control::AccountDraft;
use edge::Problem;
use http::header::{ETAG, LOCATION};
use http::{HeaderValue, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::answer::{RoleName, ServiceAccount};
use crate::Api;
use crate::caller::Admin;
use crate::openapi::schema;
use crate::request::{Body, Parameters};
use crate::version::etag;

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Whether deleted accounts are listed too, behind the others; `false` if absent.
    #[serde(default)]
    with_deleted: bool,
}

/// The service accounts of a workspace, in the order of their names.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ServiceAccountList {
    service_accounts: Vec<ServiceAccount>,
}

/// A service account to be made, or what it is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AccountBody {
    #[schema(min_length = 1, max_length = 64, example = "Nightly build")]
    name: String,
    role: RoleName,
}

impl From<AccountBody> for AccountDraft {
    fn from(body: AccountBody) -> Self {
        Self {
            name: body.name,
            role: body.role.into(),
        }
    }
}

/// List the workspace's service accounts
#[utoipa::path(
    get,
    path = "/admin/v1/service-accounts",
    operation_id = "listServiceAccounts",
    tag = "Service accounts",
    params(Wanted),
    responses((status = 200, description = "All of them", body = ServiceAccountList)),
    extensions(("x-weir-role" = json!("admin"))),
)]
pub(super) async fn list(
    State(api): State<Api>,
    Admin(caller): Admin,
    Parameters(wanted): Parameters<Wanted>,
) -> Result<Json<ServiceAccountList>, Problem> {
    let accounts = api
        .accounts
        .list(&caller.workspace, wanted.with_deleted)
        .await?;
    Ok(Json(ServiceAccountList {
        service_accounts: accounts.iter().map(ServiceAccount::new).collect(),
    }))
}

/// Make a service account
///
/// It has no API key yet: make one below its path.
#[utoipa::path(
    post,
    path = "/admin/v1/service-accounts",
    operation_id = "createServiceAccount",
    tag = "Service accounts",
    request_body = AccountBody,
    responses(
        (status = 201, description = "The account", body = ServiceAccount,
            headers(
                ("ETag" = String, description = "The account's version"),
                ("Location" = String, description = "The account's path"),
            )),
        (status = 409, description = "`conflict`: the name is taken", body = schema::Failed),
    ),
    extensions(("x-weir-role" = json!("admin"))),
)]
pub(super) async fn create(
    State(api): State<Api>,
    Admin(caller): Admin,
    Body(body): Body<AccountBody>,
) -> Result<impl IntoResponse, Problem> {
    let account = api
        .accounts
        .create(&caller.workspace, &caller.by, &body.into())
        .await?;
    let path = format!("/admin/v1/service-accounts/{}", account.id);
    // Letters, digits and slashes are a header's value.
    let location = HeaderValue::try_from(path).unwrap_or(HeaderValue::from_static("/"));
    let headers = [(ETAG, etag(account.version)), (LOCATION, location)];
    let answer = Json(ServiceAccount::new(&account));
    Ok((StatusCode::CREATED, headers, answer))
}
