//! `/admin/v1/workflow-destinations`: where webhooks go, as far as that does not work.

use axum::Json;
use axum::extract::State;
use edge::Problem;
use event::Timestamp;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use store::DestinationState;
use utoipa::ToSchema;

use crate::Api;
use crate::caller::{Editor, Viewer};
use crate::request::Body;

/// Destinations that failed lately or take long.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DestinationList {
    destinations: Vec<Destination>,
}

/// A destination of webhooks.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the names in the answer")]
struct Destination {
    /// Scheme, host and port.
    destination: String,
    /// Attempts that failed since the last one that did not.
    failures: u32,
    /// What came of the last one that failed.
    last_failure: Option<String>,
    /// When that was, in milliseconds since 1970.
    failed_at: Option<i64>,
    /// Nothing is sent to it before this moment, in milliseconds since 1970; `null`: it is not paused.
    paused_until: Option<i64>,
    /// Whether it takes long to answer.
    slow: bool,
}

/// A destination to be sent to again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DestinationName {
    /// As the list names it.
    destination: String,
}

impl Destination {
    fn new(state: &DestinationState, now: Timestamp) -> Option<Self> {
        Some(Self {
            destination: state.destination.as_ref()?.to_string(),
            failures: state.failures,
            last_failure: state.last_failure.clone(),
            failed_at: state.failed_at.map(Timestamp::as_millis),
            paused_until: state.paused(now).map(Timestamp::as_millis),
            slow: state.is_slow(now),
        })
    }
}

/// List destinations of webhooks that failed lately or take long
///
/// After ten failures in a row a destination is paused for five minutes, then for longer and longer up
/// to an hour.
#[utoipa::path(
    get,
    path = "/admin/v1/workflow-destinations",
    operation_id = "listDestinations",
    tag = "Workflow runs",
    responses((status = 200, description = "All of them", body = DestinationList)),
    extensions(("x-weir-role" = json!("viewer"))),
)]
pub(super) async fn list(
    State(api): State<Api>,
    Viewer(caller): Viewer,
) -> Result<Json<DestinationList>, Problem> {
    let found = api.runs.destinations(&caller.workspace).await?;
    let shown = found
        .iter()
        .filter_map(|it| Destination::new(it, caller.by.at));
    Ok(Json(DestinationList {
        destinations: shown.collect(),
    }))
}

/// Send to a destination again that is paused
#[utoipa::path(
    post,
    path = "/admin/v1/workflow-destinations/resume",
    operation_id = "resumeDestination",
    tag = "Workflow runs",
    request_body = DestinationName,
    responses((status = 204, description = "New webhooks are sent to it")),
    extensions(("x-weir-role" = json!("editor"))),
)]
pub(super) async fn resume(
    State(api): State<Api>,
    Editor(caller): Editor,
    Body(name): Body<DestinationName>,
) -> Result<StatusCode, Problem> {
    let destination = workflow::Destination::try_from(name.destination);
    let destination = destination.map_err(|_| Problem::NotFound)?;
    api.runs
        .resume_destination(&caller.workspace, &caller.by, &destination)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
