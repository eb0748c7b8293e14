//! `PUT /admin/v1/keys/{keyId}/policy`.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use edge::Problem;
use http::header::ETAG;
use policy::PolicyDraft;
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::{KeyWithPolicy, Notice, etag};
use crate::Api;
use crate::caller::Editor;
use crate::openapi::schema;
use crate::request::{Body, Id, IfMatch};

/// A key with its new policy.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ReplacedPolicy {
    #[serde(flatten)]
    key: KeyWithPolicy,
    /// What is allowed but perhaps not meant: host bits, duplicates, overlaps, empty lists.
    warnings: Vec<Notice>,
}

/// Replace a key's policy
///
/// It holds from the next request on.
#[utoipa::path(
    put,
    path = "/admin/v1/keys/{keyId}/policy",
    operation_id = "replacePolicy",
    tag = "Keys",
    params(
        ("keyId" = String, Path, description = "The key's id"),
        ("If-Match" = String, Header, description = "The `ETag` of the key as you have seen it"),
    ),
    request_body(content = schema::Policy),
    responses(
        (status = 200, description = "The key with its new policy", body = ReplacedPolicy,
            headers(("ETag" = String, description = "The key's version"))),
        (status = 412, description = "`version_stale`: somebody else changed the key",
            body = schema::Failed),
        (status = 428, description = "`precondition_required`: no `If-Match`",
            body = schema::Failed),
    ),
    extensions(("x-weir-role" = json!("editor"))),
)]
pub(super) async fn replace(
    State(api): State<Api>,
    Editor(caller): Editor,
    Id(id): Id,
    seen: IfMatch,
    Body(draft): Body<PolicyDraft>,
) -> Result<impl IntoResponse, Problem> {
    let replaced = api
        .keys
        .replace_policy(&caller.workspace, &caller.by, &id, seen.version()?, draft)
        .await?;
    let etag = [(ETAG, etag(replaced.view.listed.entry.version))];
    let answer = ReplacedPolicy {
        key: KeyWithPolicy::new(&replaced.view, caller.by.at),
        warnings: Notice::all(&replaced.warnings),
    };
    Ok((etag, Json(answer)))
}
