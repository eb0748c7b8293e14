//! What editors do to workflows.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use control::{ControlError, IssuedWorkflow};
use edge::Problem;
use serde::Deserialize;
use store::StoreError;

use super::edit::{Edit, Next, not_ours};
use super::list::List;
use super::one::One;
use super::page_of;
use super::path::WorkflowId;
use crate::Dashboard;
use crate::form::Undone;
use crate::frame::{self, Answer, Viewing, page_about};
use crate::member::{Editor, Member};
use crate::notice::{Notice, done};
use crate::request::Fields;
use crate::shown_once::{Secret, or_alone};

/// How long the secret before goes on when it is replaced: a day.
const OVERLAP_SECONDS: u64 = 24 * 3_600;

const MADE: &str = "This workflow was made already, by this very form: it is there once. The answer to that showed \
     its signing secret. If nobody has that, make a new one.";
const CHANGED: &str = "No secret was made: the workflow was changed meanwhile, perhaps by this very form. Look at it \
     first. If a signing secret was made that nobody has, make a new one.";

pub(super) async fn create(
    State(dashboard): State<Dashboard>,
    Editor(editor): Editor,
    viewing: Viewing,
    Fields(sent): Fields<Vec<(String, String)>>,
) -> Answer {
    let workflows = &dashboard.0.use_cases.workflows;
    let (mut edit, press) = Edit::posted(&sent)?;
    let problem = match edit.press(&press, workflows)? {
        Next::Show => None,
        Next::Refuse => Some(refused()),
        Next::Save(text) => {
            let id = edit.new.clone().ok_or_else(not_ours)?;
            let made = workflows.create_as(&editor.workspace, &editor.by, id.clone(), &text);
            match made.await.map_err(Undone::from) {
                Ok(issued) => return with_secret(&dashboard, &editor, &viewing, issued).await,
                Err(Undone::Stale) => {
                    return instead(&dashboard, &editor, &viewing, &id, MADE).await;
                }
                Err(undone) => {
                    let problem = undone.problem();
                    edit.undone(undone)?;
                    Some(problem)
                }
            }
        }
    };
    let mut page = List::read(&dashboard, &editor, &viewing).await?;
    page.edit = Some(edit);
    Ok(answer(problem.as_ref(), &page))
}

pub(super) async fn save(
    State(dashboard): State<Dashboard>,
    Editor(editor): Editor,
    WorkflowId(id): WorkflowId,
    viewing: Viewing,
    Fields(sent): Fields<Vec<(String, String)>>,
) -> Answer {
    let workflows = &dashboard.0.use_cases.workflows;
    let (mut edit, press) = Edit::posted(&sent)?;
    let problem = match edit.press(&press, workflows)? {
        Next::Show => None,
        Next::Refuse => Some(refused()),
        Next::Save(text) => {
            let (workspace, by) = (&editor.workspace, &editor.by);
            let old = workflows.read(workspace, &id).await?;
            let text = edit.instead_of(&old.definition, &text);
            let saved = workflows.replace(workspace, by, &id, edit.replaces, text);
            match saved.await.map_err(Undone::from) {
                Ok(_) => return Ok(done(&page_of(&id), Notice::ChangesSaved)),
                Err(undone) => {
                    let problem = undone.problem();
                    edit.undone(undone)?;
                    Some(problem)
                }
            }
        }
    };
    let mut page = One::read(&dashboard, &editor, &viewing, &id, None).await?;
    if edit.overtaken {
        // What is saved next replaces what is shown below the form.
        edit.replaces = page.workflow.revision;
    }
    page.edit = Some(edit);
    Ok(answer(problem.as_ref(), &page))
}

/// An edit that is shown again with what is wrong.
fn refused() -> Problem {
    Problem::InvalidFields { errors: Vec::new() }
}

/// The page, with the status that tells why there is one.
fn answer(problem: Option<&Problem>, page: &impl Template) -> Response {
    match problem {
        Some(problem) => page_about(problem, page),
        None => frame::page(page),
    }
}

pub(super) async fn pause(
    State(dashboard): State<Dashboard>,
    Editor(editor): Editor,
    WorkflowId(id): WorkflowId,
) -> Answer {
    let workflows = &dashboard.0.use_cases.workflows;
    let paused = workflows.set_active(&editor.workspace, &editor.by, &id, false);
    paused.await?;
    Ok(done(&page_of(&id), Notice::WorkflowPaused))
}

pub(super) async fn resume(
    State(dashboard): State<Dashboard>,
    Editor(editor): Editor,
    WorkflowId(id): WorkflowId,
) -> Answer {
    let workflows = &dashboard.0.use_cases.workflows;
    let resumed = workflows.set_active(&editor.workspace, &editor.by, &id, true);
    resumed.await?;
    Ok(done(&page_of(&id), Notice::WorkflowResumed))
}

/// The workflow as somebody saw it who wants a new secret: a form that is sent twice makes one.
#[derive(Debug, Deserialize)]
pub(super) struct Rotation {
    revision: u64,
}

/// Replaces the secret, and shows the new one this once.
pub(super) async fn rotate(
    State(dashboard): State<Dashboard>,
    Editor(editor): Editor,
    WorkflowId(id): WorkflowId,
    viewing: Viewing,
    Fields(Rotation { revision }): Fields<Rotation>,
) -> Answer {
    let workflows = &dashboard.0.use_cases.workflows;
    let (workspace, by) = (&editor.workspace, &editor.by);
    let old = workflows.read(workspace, &id).await?;
    if old.revision != revision {
        return instead(&dashboard, &editor, &viewing, &id, CHANGED).await;
    }
    let rotated = workflows.rotate_secret_of(workspace, by, &old, OVERLAP_SECONDS);
    match rotated.await {
        Ok(issued) => with_secret(&dashboard, &editor, &viewing, issued).await,
        Err(ControlError::Store(StoreError::VersionStale)) => {
            instead(&dashboard, &editor, &viewing, &id, CHANGED).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The workflow's page with the secret that was made just now.
async fn with_secret(
    dashboard: &Dashboard,
    editor: &Member,
    viewing: &Viewing,
    issued: IssuedWorkflow,
) -> Answer {
    let id = &issued.workflow.id;
    let alone = [Secret {
        id: "signing-secret",
        name: "Signing secret",
        hint: "Receivers verify webhooks with it. Nobody can see it again.".to_owned(),
        text: issued.secret.expose().to_owned(),
    }];
    let page = One::read(dashboard, editor, viewing, id, None).await;
    let page = page.map(|mut page| {
        page.secret = Some(issued.secret);
        frame::page(&page)
    });
    or_alone(page, viewing, &page_of(id), &alone)
}

/// The workflow's page in place of what was asked for, and why.
async fn instead(
    dashboard: &Dashboard,
    editor: &Member,
    viewing: &Viewing,
    id: &event::WorkflowId,
    trouble: &'static str,
) -> Answer {
    let mut page = One::read(dashboard, editor, viewing, id, None).await?;
    page.trouble = Some(trouble);
    Ok(page_about(&Undone::Stale.problem(), &page))
}
