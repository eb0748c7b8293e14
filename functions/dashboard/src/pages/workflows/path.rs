//! Ids in the path. What is no id names nothing.

use axum::extract::{FromRequestParts, Path};
use edge::Problem;
use http::request::Parts;

use crate::Dashboard;

/// The id of a workflow.
#[derive(Debug)]
pub(super) struct WorkflowId(pub(super) event::WorkflowId);

impl FromRequestParts<Dashboard> for WorkflowId {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Dashboard) -> Result<Self, Problem> {
        let path = Path::<String>::from_request_parts(parts, &()).await;
        let id = path.ok();
        id.and_then(|Path(id)| event::WorkflowId::parse(&id).ok())
            .map(Self)
            .ok_or(Problem::NotFound)
    }
}

/// The id of a workflow and the number of one of its versions.
#[derive(Debug)]
pub(super) struct Version(pub(super) event::WorkflowId, pub(super) u64);

impl FromRequestParts<Dashboard> for Version {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Dashboard) -> Result<Self, Problem> {
        let path = Path::<(String, String)>::from_request_parts(parts, &()).await;
        let Path((id, version)) = path.map_err(|_| Problem::NotFound)?;
        match (event::WorkflowId::parse(&id), version.parse()) {
            (Ok(id), Ok(version)) => Ok(Self(id, version)),
            (Ok(_) | Err(_), _) => Err(Problem::NotFound),
        }
    }
}

/// The id of a run.
#[derive(Debug)]
pub(super) struct RunId(pub(super) event::RunId);

impl FromRequestParts<Dashboard> for RunId {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Dashboard) -> Result<Self, Problem> {
        let path = Path::<String>::from_request_parts(parts, &()).await;
        let id = path.ok();
        id.and_then(|Path(id)| event::RunId::parse(&id).ok())
            .map(Self)
            .ok_or(Problem::NotFound)
    }
}
