//! `POST /admin/v1/keys`.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use control::KeyDraft;
use edge::Problem;
use event::Timestamp;
use http::StatusCode;
use http::header::{ETAG, LOCATION};
use policy::{KeyKind, PolicyDraft};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answer::{KeyWithPolicy, Notice, etag};
use crate::Api;
use crate::caller::Editor;
use crate::openapi::schema;
use crate::request::Body;

/// A key to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct NewKey {
    /// Unique in the workspace.
    #[schema(min_length = 1, max_length = 64, example = "Web shop")]
    name: String,
    #[schema(value_type = schema::KeyKind)]
    kind: KeyKind,
    /// Free words of at most 64 characters.
    #[serde(default)]
    #[schema(max_items = 20)]
    tags: Vec<String>,
    /// Absent: from anywhere, all events.
    #[schema(value_type = Option<schema::Policy>)]
    policy: Option<PolicyDraft>,
    /// From then on the key is refused, in milliseconds since 1970; absent: never.
    #[schema(value_type = Option<i64>)]
    expires_at: Option<Timestamp>,
}

/// A new key.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct CreatedKey {
    #[serde(flatten)]
    created: KeyWithPolicy,
    /// The key's text: what callers send.
    #[schema(example = "weir_wo_3fYx9QkLm2Ab_…")]
    key: String,
    /// The client secret of a metrics key. It is shown here and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "weir_mcs_…")]
    client_secret: Option<String>,
    /// What is allowed but perhaps not meant.
    warnings: Vec<Notice>,
}

/// Make a key
///
/// The one metrics key of a workspace is made by an admin, and comes with its client secret.
#[utoipa::path(
    post,
    path = "/admin/v1/keys",
    operation_id = "createKey",
    tag = "Keys",
    request_body = NewKey,
    responses(
        (status = 201, description = "The key, with its text", body = CreatedKey,
            headers(
                ("ETag" = String, description = "The key's version"),
                ("Location" = String, description = "The key's path"),
            )),
        (status = 409, description = "`conflict`: the name is taken, or the workspace has a metrics key", body = schema::Failed),
    ),
    extensions(("x-weir-role" = json!("editor"))),
)]
pub(super) async fn create(
    State(api): State<Api>,
    Editor(caller): Editor,
    Body(new): Body<NewKey>,
) -> Result<impl IntoResponse, Problem> {
    let draft = KeyDraft {
        name: new.name,
        kind: new.kind,
        tags: new.tags,
        expires_at: new.expires_at,
        policy: new.policy,
    };
    let made = api
        .keys
        .create(&caller.workspace, &caller.by, &draft)
        .await?;
    let entry = &made.view.listed.entry;
    let headers = [
        (ETAG, etag(entry.version)),
        (LOCATION, super::answer::location(&entry.id)),
    ];
    let answer = CreatedKey {
        created: KeyWithPolicy::new(&made.view, caller.by.at),
        key: made.key.expose().to_owned(),
        client_secret: made.client_secret.map(|secret| secret.expose().to_owned()),
        warnings: Notice::all(&made.warnings),
    };
    Ok((StatusCode::CREATED, headers, Json(answer)))
}
