//! `/dashboard/ingestion-keys/new`: a new key, whose text is shown or copied.

use axum::extract::State;
use axum::response::IntoResponse;
use control::KeyDraft;
use http::HeaderMap;
use policy::KeyKind;
use serde::Deserialize;

use super::ENTRY;
use super::issued::Issued;
use super::table::Asked;
use crate::Dashboard;
use crate::form::{Errors, Undone};
use crate::frame::{Answer, Viewing, page, page_about};
use crate::kinds::purpose;
use crate::member::Editor;
use crate::request::{Fields, Parameters};
use crate::shown_once::or_alone;
use crate::surround::wants_json;

/// The kinds that are made here, those of data sources first.
const KINDS: [KeyKind; 5] = [
    KeyKind::Sensor,
    KeyKind::Rum,
    KeyKind::ThirdParty,
    KeyKind::WriteOnly,
    KeyKind::ReadWrite,
];

/// The dialog for a new key, as somebody has filled it in.
#[derive(Debug, Default)]
pub(crate) struct NewKey {
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) errors: Errors,
    /// What is in the way as a whole, such as a name that is taken.
    pub(crate) trouble: Option<String>,
}

/// A kind to choose.
#[derive(Debug)]
pub(crate) struct Choice {
    pub(crate) value: &'static str,
    pub(crate) label: &'static str,
    pub(crate) purpose: &'static str,
}

impl NewKey {
    pub(crate) fn choices() -> [Choice; 5] {
        KINDS.map(|kind| Choice {
            value: kind.as_str(),
            label: kind.label(),
            purpose: purpose(kind),
        })
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Wanted {
    /// The kind that is chosen already.
    #[serde(rename = "type")]
    kind: Option<String>,
}

pub(super) async fn ask(
    State(dashboard): State<Dashboard>,
    Parameters(wanted): Parameters<Wanted>,
    Editor(member): Editor,
    viewing: Viewing,
) -> Answer {
    let new = NewKey {
        kind: wanted.kind.unwrap_or_default(),
        ..NewKey::default()
    };
    let asked = Asked::default();
    let list = dashboard
        .list(&member, &viewing, &asked, Some(new), None)
        .await?;
    Ok(page(&list))
}

#[derive(Debug, Deserialize)]
pub(super) struct Filled {
    name: String,
    kind: String,
}

impl Filled {
    fn draft(&self) -> Result<KeyDraft, Undone> {
        let kind = KINDS.into_iter().find(|kind| kind.as_str() == self.kind);
        let kind = kind.ok_or_else(|| {
            let mut errors = Errors::default();
            errors.add("kind", "must be one of the types");
            Undone::Invalid(errors)
        })?;
        Ok(KeyDraft {
            name: self.name.trim().to_owned(),
            kind,
            tags: Vec::new(),
            expires_at: None,
            policy: None,
        })
    }
}

/// Makes the key. A script gets its text as JSON, to copy it; else the page shows it.
pub(super) async fn create(
    State(dashboard): State<Dashboard>,
    Editor(member): Editor,
    viewing: Viewing,
    headers: HeaderMap,
    Fields(filled): Fields<Filled>,
) -> Answer {
    let made = match filled.draft() {
        Ok(draft) => {
            let keys = &dashboard.0.use_cases.keys;
            let made = keys.create(&member.workspace, &member.by, &draft).await;
            made.map_err(Undone::from)
        }
        Err(undone) => Err(undone),
    };
    let asked = Asked::default();
    let undone = match made {
        Ok(made) => {
            let issued = Issued::made(made);
            if wants_json(&headers) {
                return Ok(issued.to_script(Some(ENTRY.path)));
            }
            let alone = issued.alone();
            let list = dashboard
                .list(&member, &viewing, &asked, None, Some(issued))
                .await;
            let list = list.map(|list| page(&list));
            return or_alone(list, &viewing, ENTRY.path, &alone);
        }
        Err(Undone::Problem(problem)) => return Err(problem),
        Err(undone) => undone,
    };
    let problem = undone.problem();
    if wants_json(&headers) {
        return Ok(problem.into_response());
    }
    let mut new = NewKey {
        name: filled.name,
        kind: filled.kind,
        ..NewKey::default()
    };
    match undone {
        Undone::Invalid(errors) => new.errors = errors,
        Undone::Stale | Undone::Conflict(_) | Undone::Problem(_) => {
            new.trouble = Some(problem.message().into_owned());
        }
    }
    let list = dashboard
        .list(&member, &viewing, &asked, Some(new), None)
        .await?;
    Ok(page_about(&problem, &list))
}
