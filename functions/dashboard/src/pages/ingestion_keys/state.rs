//! A key is switched off and on, and ends for good.

use axum::extract::State;
use serde::Deserialize;

use super::ask::Ask;
use super::key::Mode;
use super::{ENTRY, page_of};
use crate::Dashboard;
use crate::frame::{Answer, Viewing, page};
use crate::member::{Admin, Editor};
use crate::notice::{Notice, done};
use crate::request::{Fields, Id};

#[derive(Debug, Deserialize)]
pub(super) struct Switch {
    state: Position,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Position {
    On,
    Off,
}

pub(super) async fn switch(
    State(dashboard): State<Dashboard>,
    Editor(member): Editor,
    Id(id): Id,
    Fields(switch): Fields<Switch>,
) -> Answer {
    let (enabled, notice) = match switch.state {
        Position::On => (true, Notice::KeyEnabled),
        Position::Off => (false, Notice::KeyDisabled),
    };
    let keys = &dashboard.0.use_cases.keys;
    let switched = keys.set_enabled(&member.workspace, &member.by, &id, enabled);
    switched.await?;
    Ok(done(&page_of(&id), notice))
}

/// The dialog that says what stops.
pub(super) async fn ask(
    State(dashboard): State<Dashboard>,
    Admin(member): Admin,
    viewing: Viewing,
    Id(id): Id,
) -> Answer {
    let view = dashboard.view(&member, &id).await?;
    let mode = Mode::asking(Ask::Revoke);
    let key = dashboard.key_page(&member, &viewing, view, mode).await?;
    Ok(page(&key))
}

pub(super) async fn revoke(
    State(dashboard): State<Dashboard>,
    Admin(member): Admin,
    Id(id): Id,
) -> Answer {
    let keys = &dashboard.0.use_cases.keys;
    let revoked = keys.revoke(&member.workspace, &member.by, &id).await;
    revoked?;
    Ok(done(ENTRY.path, Notice::KeyRevoked))
}
