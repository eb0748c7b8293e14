//! A workflow's signing secret.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use edge::Problem;
use edge::path::WorkflowId;
use http::header::ETAG;
use serde::Deserialize;
use utoipa::ToSchema;

use super::answer::IssuedWorkflow;
use crate::Api;
use crate::caller::Editor;
use crate::request::Body;
use crate::version::etag;

/// How a secret is replaced.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct SecretRotation {
    /// How long webhooks are signed with the old secret, too: 0 to 604800, which is a week.
    #[schema(maximum = 604_800)]
    overlap_seconds: u64,
}

/// Give a workflow a new signing secret
///
/// It is shown this once.
#[utoipa::path(
    post,
    path = "/admin/v1/workflows/{workflowId}/secret/rotate",
    operation_id = "rotateWorkflowSecret",
    tag = "Workflows",
    params(("workflowId" = String, Path, description = "The workflow's id")),
    request_body = SecretRotation,
    responses(
        (status = 200, description = "The workflow and its secret", body = IssuedWorkflow,
            headers(("ETag" = String, description = "The workflow's version"))),
    ),
    extensions(("x-weir-role" = json!("editor"))),
)]
pub(super) async fn rotate(
    State(api): State<Api>,
    Editor(caller): Editor,
    WorkflowId(id): WorkflowId,
    Body(rotation): Body<SecretRotation>,
) -> Result<impl IntoResponse, Problem> {
    let overlap = rotation.overlap_seconds;
    let issued = api
        .workflows
        .rotate_secret(&caller.workspace, &caller.by, &id, overlap)
        .await?;
    let tag = [(ETAG, etag(issued.workflow.revision))];
    let answer = IssuedWorkflow::new(&issued.workflow, &issued.secret)?;
    Ok((tag, Json(answer)))
}
