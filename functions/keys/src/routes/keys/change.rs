//! `PATCH /admin/v1/keys/{keyId}`.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use control::{KeyPatch, NewExpiry};
use edge::Problem;
use event::Timestamp;
use http::header::ETAG;
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use super::answer::{Key, etag};
use crate::Api;
use crate::caller::Editor;
use crate::openapi::schema;
use crate::request::{Body, Id, IfMatch};

/// What of a key changes; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct KeyChanges {
    /// Unique in the workspace.
    #[schema(min_length = 1, max_length = 64)]
    name: Option<String>,
    /// All of the key's tags.
    #[schema(max_items = 20)]
    tags: Option<Vec<String>>,
    /// From then on the key is refused, in milliseconds since 1970; `null`: never.
    #[serde(default, deserialize_with = "expiry")]
    #[schema(value_type = Option<i64>)]
    expires_at: NewExpiry,
}

/// What is there: `null`, or a moment.
fn expiry<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NewExpiry, D::Error> {
    let at = Option::<Timestamp>::deserialize(deserializer)?;
    Ok(at.map_or(NewExpiry::Never, NewExpiry::At))
}

/// Change a key's name, tags or expiry
#[utoipa::path(
    patch,
    path = "/admin/v1/keys/{keyId}",
    operation_id = "changeKey",
    tag = "Keys",
    params(
        ("keyId" = String, Path, description = "The key's id"),
        ("If-Match" = String, Header, description = "The `ETag` of the key as you have seen it"),
    ),
    request_body = KeyChanges,
    responses(
        (status = 200, description = "The key as it is now", body = Key,
            headers(("ETag" = String, description = "The key's version"))),
        (status = 409, description = "`conflict`: the name is taken", body = schema::Failed),
        (status = 412, description = "`version_stale`: somebody else changed the key",
            body = schema::Failed),
        (status = 428, description = "`precondition_required`: no `If-Match`",
            body = schema::Failed),
    ),
    extensions(("x-weir-role" = json!("editor"))),
)]
pub(super) async fn change(
    State(api): State<Api>,
    Editor(caller): Editor,
    Id(id): Id,
    seen: IfMatch,
    Body(wanted): Body<KeyChanges>,
) -> Result<impl IntoResponse, Problem> {
    let patch = KeyPatch {
        name: wanted.name,
        tags: wanted.tags,
        expires_at: wanted.expires_at,
    };
    let changed = api
        .keys
        .change(&caller.workspace, &caller.by, &id, seen.version()?, patch)
        .await?;
    let etag = [(ETAG, etag(changed.entry.version))];
    Ok((etag, Json(Key::new(&changed, caller.by.at))))
}
