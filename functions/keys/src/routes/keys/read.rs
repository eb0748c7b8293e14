//! `GET /admin/v1/keys/{keyId}`.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use edge::Problem;
use http::header::ETAG;

use super::answer::{KeyWithPolicy, etag};
use crate::Api;
use crate::caller::Viewer;
use crate::request::Id;

/// Read a key and its policy
///
/// The answer's `ETag` is what a change wants as `If-Match`.
#[utoipa::path(
    get,
    path = "/admin/v1/keys/{keyId}",
    operation_id = "readKey",
    tag = "Keys",
    params(("keyId" = String, Path, description = "The key's id")),
    responses(
        (status = 200, description = "The key", body = KeyWithPolicy,
            headers(("ETag" = String, description = "The key's version"))),
    ),
    extensions(("x-weir-role" = json!("viewer"))),
)]
pub(super) async fn read(
    State(api): State<Api>,
    Viewer(caller): Viewer,
    Id(id): Id,
) -> Result<impl IntoResponse, Problem> {
    let view = api.keys.read(&caller.workspace, &id).await?;
    let etag = [(ETAG, etag(view.listed.entry.version))];
    Ok((etag, Json(KeyWithPolicy::new(&view, caller.by.at))))
}
