//! All workflows, runs that failed, destinations that do not answer.

use askama::Template;
use axum::extract::State;
use edge::Problem;
use event::Timestamp;
use policy::Role;
use serde::Deserialize;
use store::{DestinationState, RunsOf, StoredWorkflow};

use super::ENTRY;
use super::edit::Edit;
use super::run::RunRow;
use crate::Dashboard;
use crate::frame::{self, Answer, Frame, Viewing};
use crate::member::Member;
use crate::request::Parameters;

/// Runs that are shown here.
const DEAD: u16 = 20;

#[derive(Template)]
#[template(path = "workflows.html")]
pub(super) struct List {
    pub(super) frame: Frame,
    workflows: Vec<StoredWorkflow>,
    dead: Vec<RunRow>,
    destinations: Vec<DestinationState>,
    now: Timestamp,
    /// The workflow that is being made.
    pub(super) edit: Option<Edit>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    /// `yes`: a new one is to be made; `json`: as JSON.
    new: Option<String>,
}

pub(super) async fn show(
    State(dashboard): State<Dashboard>,
    Parameters(asked): Parameters<Asked>,
    member: Member,
    viewing: Viewing,
) -> Answer {
    let mut page = List::read(&dashboard, &member, &viewing).await?;
    if member.role >= Role::Editor
        && let Some(how @ ("yes" | "json")) = asked.new.as_deref()
    {
        page.edit = Some(Edit::new_one(how == "json")?);
    }
    Ok(frame::page(&page))
}

impl List {
    pub(super) async fn read(
        dashboard: &Dashboard,
        member: &Member,
        viewing: &Viewing,
    ) -> Result<Self, Problem> {
        let use_cases = &dashboard.0.use_cases;
        let workspace = &member.workspace;
        // On the heap: side by side they are too large for the future around them.
        let read = Box::pin(async {
            tokio::try_join!(
                use_cases.workflows.list(workspace),
                use_cases.runs.list(workspace, &RunsOf::Dead, None, DEAD),
                use_cases.runs.destinations(workspace),
            )
        });
        let (workflows, dead, destinations) = read.await?;
        Ok(Self {
            frame: Frame::new(ENTRY.title, viewing),
            workflows,
            dead: dead.runs.iter().map(RunRow::new).collect(),
            destinations,
            now: member.by.at,
            edit: None,
        })
    }
}
