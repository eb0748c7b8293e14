//! What editors do to workflows.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use edge::Problem;

use super::edit::{Edit, Next};
use super::list::List;
use super::one::One;
use super::page_of;
use super::path::WorkflowId;
use crate::Dashboard;
use crate::form::Undone;
use crate::frame::{self, Answer, Viewing, page_about};
use crate::member::Editor;
use crate::notice::{Notice, done};
use crate::request::Fields;

/// How long the secret before goes on when it is replaced: a day.
const OVERLAP_SECONDS: u64 = 24 * 3_600;

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
            let made = workflows.create(&editor.workspace, &editor.by, &text);
            match made.await.map_err(Undone::from) {
                Ok(issued) => {
                    let id = &issued.workflow.id;
                    let mut page = One::read(&dashboard, &editor, &viewing, id, None).await?;
                    page.secret = Some(issued.secret);
                    return Ok(frame::page(&page));
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

/// Replaces the secret, and shows the new one this once.
pub(super) async fn rotate(
    State(dashboard): State<Dashboard>,
    Editor(editor): Editor,
    WorkflowId(id): WorkflowId,
    viewing: Viewing,
) -> Answer {
    let workflows = &dashboard.0.use_cases.workflows;
    let (workspace, by) = (&editor.workspace, &editor.by);
    let rotated = workflows.rotate_secret(workspace, by, &id, OVERLAP_SECONDS);
    let issued = rotated.await?;
    let mut page = One::read(&dashboard, &editor, &viewing, &id, None).await?;
    page.secret = Some(issued.secret);
    Ok(frame::page(&page))
}
