//! The versions of a workflow.

use axum::Json;
use axum::extract::State;
use edge::Problem;
use edge::path::{Version, WorkflowId};
use serde::Serialize;
use utoipa::ToSchema;

use super::answer;
use crate::Api;
use crate::caller::Viewer;
use crate::page::Wanted;
use crate::request::Parameters;

/// Some versions, the newest first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct WorkflowVersionList {
    versions: Vec<answer::Version>,
    /// `null`: there is no more.
    next_cursor: Option<String>,
}

/// List the versions of a workflow
#[utoipa::path(
    get,
    path = "/admin/v1/workflows/{workflowId}/versions",
    operation_id = "listWorkflowVersions",
    tag = "Workflows",
    params(("workflowId" = String, Path, description = "The workflow's id"), Wanted),
    responses((status = 200, description = "A page of the versions", body = WorkflowVersionList)),
    extensions(("x-weir-role" = json!("viewer"))),
)]
pub(super) async fn list(
    State(api): State<Api>,
    Viewer(caller): Viewer,
    WorkflowId(id): WorkflowId,
    Parameters(wanted): Parameters<Wanted>,
) -> Result<Json<WorkflowVersionList>, Problem> {
    let before = wanted.number()?;
    let page = api
        .workflows
        .versions(&caller.workspace, &id, before, wanted.limit()?)
        .await?;
    let last = page.versions.last().filter(|_| page.more);
    let next_cursor = last.map(|last| last.version.to_string());
    let versions = page.versions.iter().map(answer::Version::new);
    Ok(Json(WorkflowVersionList {
        versions: versions.collect::<Result<_, _>>()?,
        next_cursor,
    }))
}

/// Read a version of a workflow
#[utoipa::path(
    get,
    path = "/admin/v1/workflows/{workflowId}/versions/{version}",
    operation_id = "readWorkflowVersion",
    tag = "Workflows",
    params(
        ("workflowId" = String, Path, description = "The workflow's id"),
        ("version" = u64, Path, description = "The version's number"),
    ),
    responses((status = 200, description = "The version", body = answer::Version)),
    extensions(("x-weir-role" = json!("viewer"))),
)]
pub(super) async fn read(
    State(api): State<Api>,
    Viewer(caller): Viewer,
    Version(id, version): Version,
) -> Result<Json<answer::Version>, Problem> {
    let found = api
        .workflows
        .version(&caller.workspace, &id, version)
        .await?;
    Ok(Json(answer::Version::new(&found)?))
}
