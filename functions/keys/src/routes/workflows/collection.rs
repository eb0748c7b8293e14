//! `/admin/v1/workflows`: the list, and a new one.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use edge::Problem;
use http::header::{ETAG, LOCATION};
use http::{HeaderValue, StatusCode};
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::{IssuedWorkflow, Workflow};
use crate::Api;
use crate::caller::{Editor, Viewer};
use crate::openapi::{schema, workflow};
use crate::request::Body;
use crate::version::etag;

/// The workflows of a workspace, in the order of their names.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WorkflowList {
    workflows: Vec<Workflow>,
}

/// List the workspace's workflows
#[utoipa::path(
    get,
    path = "/admin/v1/workflows",
    operation_id = "listWorkflows",
    tag = "Workflows",
    responses((status = 200, description = "All of them", body = WorkflowList)),
    extensions(("x-weir-role" = json!("viewer"))),
)]
pub(super) async fn list(
    State(api): State<Api>,
    Viewer(caller): Viewer,
) -> Result<Json<WorkflowList>, Problem> {
    let workflows = api.workflows.list(&caller.workspace).await?;
    let workflows = workflows.iter().map(Workflow::new);
    let workflows = workflows.collect::<Result<_, _>>()?;
    Ok(Json(WorkflowList { workflows }))
}

/// Make a workflow
///
/// It is active at once. Its secret is shown this once.
#[utoipa::path(
    post,
    path = "/admin/v1/workflows",
    operation_id = "createWorkflow",
    tag = "Workflows",
    request_body = workflow::Workflow,
    responses(
        (status = 201, description = "The workflow and its secret", body = IssuedWorkflow,
            headers(
                ("ETag" = String, description = "The workflow's version"),
                ("Location" = String, description = "The workflow's path"),
            )),
        (status = 409, description = "`conflict`: there are too many", body = schema::Failed),
    ),
    extensions(("x-weir-role" = json!("editor"))),
)]
pub(super) async fn create(
    State(api): State<Api>,
    Editor(caller): Editor,
    Body(body): Body<workflow::Workflow>,
) -> Result<impl IntoResponse, Problem> {
    let issued = api
        .workflows
        .create(&caller.workspace, &caller.by, &body.to_json())
        .await?;
    let path = format!("/admin/v1/workflows/{}", issued.workflow.id);
    // Letters, digits and slashes are a header's value.
    let location = HeaderValue::try_from(path).unwrap_or(HeaderValue::from_static("/"));
    let headers = [(ETAG, etag(issued.workflow.revision)), (LOCATION, location)];
    let answer = IssuedWorkflow::new(&issued.workflow, &issued.secret)?;
    Ok((StatusCode::CREATED, headers, Json(answer)))
}
