//! `GET /admin/v1/keys/{keyId}/suggestions`.

use axum::Json;
use axum::extract::State;
use edge::Problem;
use serde::Serialize;
use utoipa::ToSchema;

use crate::Api;
use crate::caller::Viewer;
use crate::request::Id;

/// Names that a key has sent.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Suggestions {
    /// The most frequent first, at most 100.
    suggestions: Vec<Suggestion>,
}

/// A name that a key has sent.
#[derive(Debug, Serialize, ToSchema)]
struct Suggestion {
    /// The name.
    #[schema(example = "page_view")]
    name: String,
    /// How many events of the last eight days had it.
    events: u64,
}

/// The event names that a key has sent
#[utoipa::path(
    get,
    path = "/admin/v1/keys/{keyId}/suggestions",
    operation_id = "suggestEventNames",
    tag = "Keys",
    params(("keyId" = String, Path, description = "The key's id")),
    responses((status = 200, description = "The names of the last eight days", body = Suggestions)),
    extensions(("x-weir-role" = json!("viewer"))),
)]
pub(super) async fn suggestions(
    State(api): State<Api>,
    Viewer(caller): Viewer,
    Id(id): Id,
) -> Result<Json<Suggestions>, Problem> {
    let names = control::suggestions(&api.store, &caller.workspace, &id, caller.by.at).await?;
    let suggestion = |it: control::Suggestion| Suggestion {
        name: it.name,
        events: it.events,
    };
    Ok(Json(Suggestions {
        suggestions: names.into_iter().map(suggestion).collect(),
    }))
}
