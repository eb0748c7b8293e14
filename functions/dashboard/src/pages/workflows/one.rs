//! One workflow: what it is, its versions, its runs.

use askama::Template;
use axum::extract::State;
use edge::Problem;
use event::WorkflowId as Id;
use policy::Role;
use secrets::WebhookSecret;
use serde::Deserialize;
use store::{RunsOf, StoredWorkflow, WorkflowVersion};

use super::ENTRY;
use super::edit::Edit;
use super::form::indented;
use super::path::{Version, WorkflowId};
use super::run::RunRow;
use crate::Dashboard;
use crate::frame::{self, Answer, Frame, Viewing};
use crate::member::Member;
use crate::request::Parameters;

/// Versions and runs in a page.
const LISTED: u16 = 20;

#[derive(Template)]
#[template(path = "workflow.html")]
pub(super) struct One {
    frame: Frame,
    pub(super) workflow: StoredWorkflow,
    /// The definition as people read it.
    definition: String,
    versions: Vec<WorkflowVersion>,
    runs: Vec<RunRow>,
    /// Where the list of runs goes on.
    older: Option<String>,
    pub(super) edit: Option<Edit>,
    /// A secret that was made just now: the only page that has its text.
    pub(super) secret: Option<WebhookSecret>,
    /// Why what was sent was not done.
    pub(super) trouble: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "workflow_version.html")]
struct Earlier {
    frame: Frame,
    workflow: StoredWorkflow,
    found: WorkflowVersion,
    definition: String,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    /// `yes`: the definition is wanted in a form; `json`: as JSON.
    edit: Option<String>,
    /// Runs from behind that one on.
    before: Option<String>,
}

pub(super) async fn show(
    State(dashboard): State<Dashboard>,
    Parameters(asked): Parameters<Asked>,
    member: Member,
    WorkflowId(id): WorkflowId,
    viewing: Viewing,
) -> Answer {
    let before = asked.before.as_deref();
    let mut page = One::read(&dashboard, &member, &viewing, &id, before).await?;
    if member.role >= Role::Editor
        && let Some(how @ ("yes" | "json")) = asked.edit.as_deref()
    {
        let (revision, definition) = (page.workflow.revision, page.definition.clone());
        page.edit = Some(Edit::stored(revision, definition, how == "json"));
    }
    Ok(frame::page(&page))
}

pub(super) async fn version(
    State(dashboard): State<Dashboard>,
    member: Member,
    Version(id, version): Version,
    viewing: Viewing,
) -> Answer {
    let workflows = &dashboard.0.use_cases.workflows;
    let (workflow, found) = tokio::try_join!(
        workflows.read(&member.workspace, &id),
        workflows.version(&member.workspace, &id, version),
    )?;
    Ok(frame::page(&Earlier {
        frame: Frame::new(ENTRY.title, &viewing),
        workflow,
        definition: pretty(&found.definition),
        found,
    }))
}

impl One {
    pub(super) async fn read(
        dashboard: &Dashboard,
        member: &Member,
        viewing: &Viewing,
        id: &Id,
        before: Option<&str>,
    ) -> Result<Self, Problem> {
        let use_cases = &dashboard.0.use_cases;
        let workspace = &member.workspace;
        let of = RunsOf::Workflow(id.clone());
        // On the heap: side by side they are too large for the future around them.
        let read = Box::pin(async {
            tokio::try_join!(
                use_cases.workflows.read(workspace, id),
                use_cases.workflows.versions(workspace, id, None, LISTED),
                use_cases.runs.list(workspace, &of, before, LISTED),
            )
        });
        let (workflow, versions, runs) = read.await?;
        Ok(Self {
            frame: Frame::new(ENTRY.title, viewing),
            definition: pretty(&workflow.definition),
            workflow,
            versions: versions.versions,
            runs: runs.runs.iter().map(RunRow::new).collect(),
            older: runs.next,
            edit: None,
            secret: None,
            trouble: None,
        })
    }
}

/// JSON with line breaks; as it is where somebody made these.
fn pretty(json: &str) -> String {
    if json.contains('\n') {
        return json.to_owned();
    }
    indented(json)
}
