//! The text of a key: shown again, replaced, the one before it ended.

use axum::extract::State;
use edge::Problem;
use http::header::REFRESH;
use http::{HeaderMap, HeaderValue};
use serde::Deserialize;

use super::ask::{Ask, Overlap};
use super::issued::Issued;
use super::key::Mode;
use super::page_of;
use crate::Dashboard;
use crate::form::Undone;
use crate::frame::{Answer, Viewing, page, page_about};
use crate::member::{Admin, Editor};
use crate::notice::{Notice, done};
use crate::request::{Fields, Id};
use crate::shown_once::or_alone;
use crate::surround::wants_json;

/// After so many seconds a revealed text is hidden again.
const SHOWN: u32 = 60;

/// Shows the text, for a while; a script gets it to copy it. Either is a line of the audit log.
pub(super) async fn reveal(
    State(dashboard): State<Dashboard>,
    Admin(member): Admin,
    viewing: Viewing,
    headers: HeaderMap,
    Id(id): Id,
) -> Answer {
    let keys = &dashboard.0.use_cases.keys;
    let key = keys.reveal(&member.workspace, &member.by, &id).await;
    let issued = Issued::revealed(key?);
    if wants_json(&headers) {
        return Ok(issued.to_script(None));
    }
    let mode = Mode {
        issued: Some(issued),
        ..Mode::default()
    };
    let view = dashboard.view(&member, &id).await?;
    let key = dashboard.key_page(&member, &viewing, view, mode).await?;
    let mut response = page(&key);
    let back = HeaderValue::try_from(format!("{SHOWN}; url={}", page_of(&id)));
    // Digits and a path are a header's value.
    response
        .headers_mut()
        .insert(REFRESH, back.map_err(|_| Problem::Internal)?);
    Ok(response)
}

pub(super) async fn ask(
    State(dashboard): State<Dashboard>,
    Editor(member): Editor,
    viewing: Viewing,
    Id(id): Id,
) -> Answer {
    let view = dashboard.view_to_change(&member, &id).await?;
    let key = dashboard
        .key_page(&member, &viewing, view, Mode::asking(Ask::Rotate))
        .await?;
    Ok(page(&key))
}

#[derive(Debug, Deserialize)]
pub(super) struct Rotation {
    /// The key as it was when the dialog was opened: a form that is sent twice rotates once.
    version: String,
    overlap: String,
    /// There where a secret that an earlier rotation left may end.
    replace: Option<String>,
}

pub(super) async fn rotate(
    State(dashboard): State<Dashboard>,
    Editor(member): Editor,
    viewing: Viewing,
    Id(id): Id,
    Fields(asked): Fields<Rotation>,
) -> Answer {
    let overlap = Overlap::asked(&asked.overlap).ok_or(Problem::InvalidParameter {
        name: "overlap",
        message: "must be one of those to choose from".into(),
    })?;
    let rotation = control::Rotation {
        overlap,
        seen: Some(asked.version.parse().map_err(|_| overtaken())?),
        replace_previous: asked.replace.is_some(),
    };
    let keys = &dashboard.0.use_cases.keys;
    let rotated = keys
        .rotate(&member.workspace, &member.by, &id, rotation)
        .await;
    let issued = match rotated.map_err(Undone::from) {
        Ok(rotated) => Issued::rotated(rotated),
        Err(Undone::Stale) => return Err(overtaken()),
        // The dialog says what would end, and asks.
        Err(undone @ Undone::Conflict(_)) => {
            let view = dashboard.view(&member, &id).await?;
            let mode = Mode::asking(Ask::Rotate);
            let key = dashboard.key_page(&member, &viewing, view, mode).await?;
            return Ok(page_about(&undone.problem(), &key));
        }
        Err(undone) => return Err(undone.problem()),
    };
    let alone = issued.alone();
    let mode = Mode {
        issued: Some(issued),
        ..Mode::default()
    };
    // From here on there is a new text: it is shown whatever becomes of the page around it.
    let shown = Box::pin(async {
        let view = dashboard.view(&member, &id).await?;
        let key = dashboard.key_page(&member, &viewing, view, mode).await?;
        Ok(page(&key))
    });
    or_alone(shown.await, &viewing, &page_of(&id), &alone)
}

fn overtaken() -> Problem {
    Problem::Conflict {
        message: "the key was changed meanwhile, perhaps by this very form: look at it first"
            .into(),
    }
}

pub(super) async fn end_previous(
    State(dashboard): State<Dashboard>,
    Editor(member): Editor,
    Id(id): Id,
) -> Answer {
    let keys = &dashboard.0.use_cases.keys;
    let ended = keys.end_previous(&member.workspace, &member.by, &id).await;
    ended?;
    Ok(done(&page_of(&id), Notice::PreviousEnded))
}
