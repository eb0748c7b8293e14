//! `/dashboard/ingestion-keys/{key}/rules`: from where, and which events.

use axum::extract::State;

use super::key::Mode;
use super::page_of;
use crate::Dashboard;
use crate::frame::{Answer, Viewing, page};
use crate::member::Editor;
use crate::notice::{Notice, done};
use crate::request::{Fields, Id};
use crate::rules::{Edited, Editing, Typed};

pub(super) async fn edit(
    State(dashboard): State<Dashboard>,
    Editor(member): Editor,
    viewing: Viewing,
    Id(id): Id,
) -> Answer {
    let view = dashboard.view_to_change(&member, &id).await?;
    let mode = Mode {
        rules: Some(dashboard.begin_rules(&member, &view).await),
        ..Mode::default()
    };
    let key = dashboard.key_page(&member, &viewing, view, mode).await?;
    Ok(page(&key))
}

pub(super) async fn save(
    State(dashboard): State<Dashboard>,
    Editor(member): Editor,
    viewing: Viewing,
    Id(id): Id,
    Fields(fields): Fields<Vec<(String, String)>>,
) -> Answer {
    let editing = match dashboard
        .edit_rules(&member, &id, Typed::read(fields))
        .await?
    {
        Edited::Saved => return Ok(done(&page_of(&id), Notice::ChangesSaved)),
        Edited::Further(editing) => *editing,
    };
    let undone = editing.undone();
    let view = dashboard.view(&member, &id).await?;
    let mode = Mode {
        rules: Some(editing),
        ..Mode::default()
    };
    let key = dashboard.key_page(&member, &viewing, view, mode).await?;
    Ok(Editing::answer(undone.as_ref(), &key))
}
