//! `/admin/v1/workflows/{workflowId}`.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use edge::Problem;
use edge::path::WorkflowId;
use http::StatusCode;
use http::header::ETAG;

use super::answer::Workflow;
use crate::Api;
use crate::caller::{Caller, Editor, Viewer};
use crate::openapi::{schema, workflow};
use crate::request::Body;
use crate::version::{Expected, etag};

/// Read a workflow
///
/// The answer's `ETag` is what a change wants as `If-Match`.
#[utoipa::path(
    get,
    path = "/admin/v1/workflows/{workflowId}",
    operation_id = "readWorkflow",
    tag = "Workflows",
    params(("workflowId" = String, Path, description = "The workflow's id")),
    responses(
        (status = 200, description = "The workflow", body = Workflow,
            headers(("ETag" = String, description = "Its version"))),
    ),
    extensions(("x-weir-role" = json!("viewer"))),
)]
pub(super) async fn read(
    State(api): State<Api>,
    Viewer(caller): Viewer,
    WorkflowId(id): WorkflowId,
) -> Result<impl IntoResponse, Problem> {
    let found = api.workflows.read(&caller.workspace, &id).await?;
    let tag = [(ETAG, etag(found.revision))];
    Ok((tag, Json(Workflow::new(&found)?)))
}

/// Replace a workflow
///
/// It gets a new version. Runs under way go on as they began.
#[utoipa::path(
    put,
    path = "/admin/v1/workflows/{workflowId}",
    operation_id = "replaceWorkflow",
    tag = "Workflows",
    params(
        ("workflowId" = String, Path, description = "The workflow's id"),
        ("If-Match" = String, Header, description = "The version that the caller saw"),
    ),
    request_body = workflow::Workflow,
    responses(
        (status = 200, description = "The workflow", body = Workflow,
            headers(("ETag" = String, description = "Its version"))),
        (status = 412, description = "`version_stale`: somebody else was faster",
            body = schema::Failed),
        (status = 428, description = "`precondition_required`: no `If-Match`",
            body = schema::Failed),
    ),
    extensions(("x-weir-role" = json!("editor"))),
)]
pub(super) async fn replace(
    State(api): State<Api>,
    Editor(caller): Editor,
    WorkflowId(id): WorkflowId,
    Expected(version): Expected,
    Body(body): Body<workflow::Workflow>,
) -> Result<impl IntoResponse, Problem> {
    let replaced = api
        .workflows
        .replace(&caller.workspace, &caller.by, &id, version, &body.to_json())
        .await?;
    let tag = [(ETAG, etag(replaced.revision))];
    Ok((tag, Json(Workflow::new(&replaced)?)))
}

/// Pause a workflow
///
/// Nothing starts it. Runs under way go on.
#[utoipa::path(
    post,
    path = "/admin/v1/workflows/{workflowId}/pause",
    operation_id = "pauseWorkflow",
    tag = "Workflows",
    params(("workflowId" = String, Path, description = "The workflow's id")),
    responses((status = 204, description = "It is paused")),
    extensions(("x-weir-role" = json!("editor"))),
)]
pub(super) async fn pause(
    State(api): State<Api>,
    Editor(caller): Editor,
    WorkflowId(id): WorkflowId,
) -> Result<StatusCode, Problem> {
    switch(&api, &caller, &id, false).await
}

/// Let a workflow go on
#[utoipa::path(
    post,
    path = "/admin/v1/workflows/{workflowId}/resume",
    operation_id = "resumeWorkflow",
    tag = "Workflows",
    params(("workflowId" = String, Path, description = "The workflow's id")),
    responses((status = 204, description = "It is active")),
    extensions(("x-weir-role" = json!("editor"))),
)]
pub(super) async fn resume(
    State(api): State<Api>,
    Editor(caller): Editor,
    WorkflowId(id): WorkflowId,
) -> Result<StatusCode, Problem> {
    switch(&api, &caller, &id, true).await
}

async fn switch(
    api: &Api,
    caller: &Caller,
    id: &event::WorkflowId,
    active: bool,
) -> Result<StatusCode, Problem> {
    api.workflows
        .set_active(&caller.workspace, &caller.by, id, active)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
