//! `/admin/v1/workflow-runs/{runId}`.

use axum::Json;
use axum::extract::State;
use edge::Problem;
use edge::path::RunId;
use http::StatusCode;

use super::answer::Run;
use crate::Api;
use crate::caller::{Editor, Viewer};
use crate::openapi::schema;

/// Read a run
#[utoipa::path(
    get,
    path = "/admin/v1/workflow-runs/{runId}",
    operation_id = "readRun",
    tag = "Workflow runs",
    params(("runId" = String, Path, description = "The run's id")),
    responses((status = 200, description = "The run", body = Run)),
    extensions(("x-weir-role" = json!("viewer"))),
)]
pub(super) async fn read(
    State(api): State<Api>,
    Viewer(caller): Viewer,
    RunId(id): RunId,
) -> Result<Json<Run>, Problem> {
    let run = api.runs.read(&caller.workspace, &id).await?;
    Ok(Json(Run::new(&run)))
}

/// End a run
///
/// What is under way is finished; no further step begins.
#[utoipa::path(
    post,
    path = "/admin/v1/workflow-runs/{runId}/cancel",
    operation_id = "cancelRun",
    tag = "Workflow runs",
    params(("runId" = String, Path, description = "The run's id")),
    responses(
        (status = 200, description = "The run", body = Run),
        (status = 409, description = "`conflict`: it has ended", body = schema::Failed),
    ),
    extensions(("x-weir-role" = json!("editor"))),
)]
pub(super) async fn cancel(
    State(api): State<Api>,
    Editor(caller): Editor,
    RunId(id): RunId,
) -> Result<Json<Run>, Problem> {
    let run = api.runs.cancel(&caller.workspace, &caller.by, &id).await?;
    Ok(Json(Run::new(&run)))
}

/// Start a run once more
///
/// A new run, from the first step on and with the same inputs.
#[utoipa::path(
    post,
    path = "/admin/v1/workflow-runs/{runId}/rerun",
    operation_id = "repeatRun",
    tag = "Workflow runs",
    params(("runId" = String, Path, description = "The run's id")),
    responses((status = 201, description = "The new run", body = Run)),
    extensions(("x-weir-role" = json!("editor"))),
)]
pub(super) async fn repeat(
    State(api): State<Api>,
    Editor(caller): Editor,
    RunId(id): RunId,
) -> Result<(StatusCode, Json<Run>), Problem> {
    let run = api.runs.repeat(&caller.workspace, &caller.by, &id).await?;
    Ok((StatusCode::CREATED, Json(Run::new(&run))))
}

/// Go on with a run that failed
///
/// At the step that failed, within a minute. A webhook keeps its id and is tried for another day.
#[utoipa::path(
    post,
    path = "/admin/v1/workflow-runs/{runId}/replay",
    operation_id = "replayRun",
    tag = "Workflow runs",
    params(("runId" = String, Path, description = "The run's id")),
    responses(
        (status = 200, description = "The run", body = Run),
        (status = 409, description = "`conflict`: it did not fail", body = schema::Failed),
    ),
    extensions(("x-weir-role" = json!("editor"))),
)]
pub(super) async fn replay(
    State(api): State<Api>,
    Editor(caller): Editor,
    RunId(id): RunId,
) -> Result<Json<Run>, Problem> {
    let run = api.runs.replay(&caller.workspace, &caller.by, &id).await?;
    Ok(Json(Run::new(&run)))
}
