//! `POST /dashboard/workspace`: look at another workspace.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use edge::Problem;
use event::WorkspaceId;
use serde::Deserialize;

use crate::Dashboard;
use crate::address::ROOT;
use crate::frame::{Answer, Viewing};
use crate::request::Fields;

#[derive(Debug, Deserialize)]
pub(super) struct Choice {
    workspace: String,
}

/// A workspace in which the person has no role does not exist for them.
pub(super) async fn choose(
    State(dashboard): State<Dashboard>,
    viewing: Viewing,
    Fields(choice): Fields<Choice>,
) -> Answer {
    let session = viewing.session.ok_or(Problem::SignedOut)?;
    let workspace = WorkspaceId::parse(&choice.workspace).map_err(|_| Problem::NotFound)?;
    let session = session.look_at(workspace).ok_or(Problem::NotFound)?;
    let mut response = Redirect::to(ROOT).into_response();
    dashboard
        .keep_session(&session, response.headers_mut())
        .await?;
    Ok(response)
}
