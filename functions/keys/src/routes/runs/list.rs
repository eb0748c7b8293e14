//! `/admin/v1/workflow-runs`: the runs about a profile, and the dead ones.
#![expect(
    unused_qualifications,
    reason = "utoipa names the parameters by their path"
)]

use axum::Json;
use axum::extract::State;
use edge::Problem;
use event::{ProfileId, UserId};
use serde::Deserialize;
use store::RunsOf;
use utoipa::IntoParams;

use super::answer::RunList;
use crate::Api;
use crate::caller::Viewer;
use crate::page::limit;
use crate::request::Parameters;

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(super) struct RunsWanted {
    /// The runs about this user; absent: the runs that failed, the last to fail first.
    user_id: Option<String>,
    /// Runs of a page: 1 to 100, 50 if absent.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<String>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

/// List runs of a user, or those that failed
#[utoipa::path(
    get,
    path = "/admin/v1/workflow-runs",
    operation_id = "listRuns",
    tag = "Workflow runs",
    params(RunsWanted),
    responses((status = 200, description = "A page of the runs", body = RunList)),
    extensions(("x-weir-role" = json!("viewer"))),
)]
pub(super) async fn list(
    State(api): State<Api>,
    Viewer(caller): Viewer,
    Parameters(wanted): Parameters<RunsWanted>,
) -> Result<Json<RunList>, Problem> {
    let of = match &wanted.user_id {
        None => RunsOf::Dead,
        Some(id) => RunsOf::Profile(ProfileId::known(user(id)?)),
    };
    let limit = limit(wanted.limit.as_deref())?;
    let cursor = wanted.cursor.as_deref();
    let page = api.runs.list(&caller.workspace, &of, cursor, limit).await?;
    Ok(Json(RunList::new(&page)))
}

fn user(id: &str) -> Result<UserId, Problem> {
    UserId::parse(id).map_err(|error| Problem::InvalidParameter {
        name: "userId",
        message: error.to_string().into(),
    })
}
