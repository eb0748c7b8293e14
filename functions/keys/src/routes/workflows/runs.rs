//! The runs of a workflow.

use axum::Json;
use axum::extract::State;
use edge::Problem;
use edge::path::WorkflowId;
use store::RunsOf;

use crate::Api;
use crate::caller::Viewer;
use crate::page::Wanted;
use crate::request::Parameters;
use crate::routes::runs::RunList;

/// List the runs of a workflow
///
/// The newest first. A run is kept for 35 days after its last step.
#[utoipa::path(
    get,
    path = "/admin/v1/workflows/{workflowId}/runs",
    operation_id = "listWorkflowRuns",
    tag = "Workflow runs",
    params(("workflowId" = String, Path, description = "The workflow's id"), Wanted),
    responses((status = 200, description = "A page of the runs", body = RunList)),
    extensions(("x-weir-role" = json!("viewer"))),
)]
pub(super) async fn list(
    State(api): State<Api>,
    Viewer(caller): Viewer,
    WorkflowId(id): WorkflowId,
    Parameters(wanted): Parameters<Wanted>,
) -> Result<Json<RunList>, Problem> {
    let workspace = &caller.workspace;
    let of = RunsOf::Workflow(api.workflows.read(workspace, &id).await?.id);
    let page = api
        .runs
        .list(workspace, &of, wanted.cursor(), wanted.limit()?)
        .await?;
    Ok(Json(RunList::new(&page)))
}
