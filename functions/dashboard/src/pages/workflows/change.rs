//! What editors do to workflows.

use axum::extract::State;

use super::edit::{Edit, Sent};
use super::list::List;
use super::one::One;
use super::page_of;
use super::path::WorkflowId;
use crate::Dashboard;
use crate::form::{Undone, problem};
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
    Fields(sent): Fields<Sent>,
) -> Answer {
    let workflows = &dashboard.0.use_cases.workflows;
    let mut outcome = sent.check(workflows).map(|()| None);
    if outcome.is_ok() && !sent.is_check() {
        let text = sent.text();
        let made = workflows.create(&editor.workspace, &editor.by, &text);
        outcome = made.await.map(Some).map_err(Undone::from);
    }
    let mut edit = Edit::begin(0, sent.text());
    match outcome {
        Ok(Some(issued)) => {
            let id = &issued.workflow.id;
            let mut page = One::read(&dashboard, &editor, &viewing, id, None).await?;
            page.secret = Some(issued.secret);
            Ok(frame::page(&page))
        }
        Ok(None) => {
            edit.valid = true;
            let mut page = List::read(&dashboard, &editor, &viewing).await?;
            page.edit = Some(edit);
            Ok(frame::page(&page))
        }
        Err(undone) => {
            let problem = undone.problem();
            edit.undone(undone)?;
            let mut page = List::read(&dashboard, &editor, &viewing).await?;
            page.edit = Some(edit);
            Ok(page_about(&problem, &page))
        }
    }
}

pub(super) async fn save(
    State(dashboard): State<Dashboard>,
    Editor(editor): Editor,
    WorkflowId(id): WorkflowId,
    viewing: Viewing,
    Fields(sent): Fields<Sent>,
) -> Answer {
    let workflows = &dashboard.0.use_cases.workflows;
    let mut outcome = sent.check(workflows);
    if outcome.is_ok() && !sent.is_check() {
        let (workspace, by, text) = (&editor.workspace, &editor.by, sent.text());
        let saved = workflows.replace(workspace, by, &id, sent.replaces, &text);
        match saved.await {
            Ok(_) => return Ok(done(&page_of(&id), Notice::ChangesSaved)),
            Err(error) => outcome = Err(error.into()),
        }
    }
    let mut page = One::read(&dashboard, &editor, &viewing, &id, None).await?;
    let mut edit = Edit::begin(sent.replaces, sent.text());
    let Err(undone) = outcome else {
        edit.valid = true;
        page.edit = Some(edit);
        return Ok(frame::page(&page));
    };
    let problem = undone.problem();
    edit.undone(undone)?;
    if edit.overtaken {
        // What is saved next replaces what is shown below the text.
        edit.replaces = page.workflow.revision;
    }
    page.edit = Some(edit);
    Ok(page_about(&problem, &page))
}

pub(super) async fn pause(
    State(dashboard): State<Dashboard>,
    Editor(editor): Editor,
    WorkflowId(id): WorkflowId,
) -> Answer {
    let workflows = &dashboard.0.use_cases.workflows;
    let paused = workflows.set_active(&editor.workspace, &editor.by, &id, false);
    paused.await.map_err(problem)?;
    Ok(done(&page_of(&id), Notice::WorkflowPaused))
}

pub(super) async fn resume(
    State(dashboard): State<Dashboard>,
    Editor(editor): Editor,
    WorkflowId(id): WorkflowId,
) -> Answer {
    let workflows = &dashboard.0.use_cases.workflows;
    let resumed = workflows.set_active(&editor.workspace, &editor.by, &id, true);
    resumed.await.map_err(problem)?;
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
    let issued = rotated.await.map_err(problem)?;
    let mut page = One::read(&dashboard, &editor, &viewing, &id, None).await?;
    page.secret = Some(issued.secret);
    Ok(frame::page(&page))
}
