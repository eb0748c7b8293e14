//! `/dashboard/ingestion-keys/{key}/details`: name, tags, expiry.

use axum::extract::State;
use control::{KeyPatch, KeyView, NewExpiry};
use serde::Deserialize;
use store::KeyVersion;

use super::key::Mode;
use super::page_of;
use crate::Dashboard;
use crate::form::{Errors, Undone};
use crate::frame::{Answer, Viewing, page, page_about};
use crate::member::Editor;
use crate::moment::{from_field, to_field};
use crate::notice::{Notice, done};
use crate::request::{Fields, Id};

/// The form, as somebody has filled it in.
#[derive(Debug)]
pub(crate) struct Details {
    pub(crate) filled: Filled,
    pub(crate) errors: Errors,
    /// What is in the way as a whole.
    pub(crate) trouble: Option<String>,
    /// What somebody else has saved meanwhile.
    pub(crate) theirs: Option<Filled>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Filled {
    pub(crate) version: String,
    pub(crate) name: String,
    /// With commas between them.
    pub(crate) tags: String,
    /// UTC, as a `datetime-local` field has it; empty: never.
    pub(crate) expires: String,
}

impl Filled {
    fn of(view: &KeyView) -> Self {
        let entry = &view.listed.entry;
        Self {
            version: entry.version.to_string(),
            name: entry.details.name.clone(),
            tags: entry.details.tags.join(", "),
            expires: entry.expires_at.map_or_else(String::new, to_field),
        }
    }

    fn patch(&self, view: &KeyView) -> Result<KeyPatch, Undone> {
        // What a field cannot show stays where nobody touched it: the seconds of a moment, the commas of a
        // tag.
        let shown = Self::of(view);
        let is_untouched = self.expires == shown.expires;
        let expires_at = match (is_untouched, from_field(&self.expires)) {
            (true, _) => NewExpiry::Kept,
            (false, Some(at)) => NewExpiry::At(at),
            (false, None) if self.expires.is_empty() => NewExpiry::Never,
            (false, None) => {
                let mut errors = Errors::default();
                errors.add(
                    "expiresAt",
                    "must be a day and a time, such as 2027-01-31 18:00",
                );
                return Err(Undone::Invalid(errors));
            }
        };
        let tags = self.tags.split(',').map(str::trim);
        let tags = tags.filter(|tag| !tag.is_empty()).map(str::to_owned);
        Ok(KeyPatch {
            name: Some(self.name.trim().to_owned()),
            tags: (self.tags != shown.tags).then(|| tags.collect()),
            expires_at,
        })
    }
}

impl Details {
    fn new(filled: Filled) -> Self {
        Self {
            filled,
            errors: Errors::default(),
            trouble: None,
            theirs: None,
        }
    }

    /// What is wrong with any of the tags.
    pub(crate) fn wrong_tags(&self) -> Option<&str> {
        let mut errors = self.errors.iter();
        let error = errors.find(|error| error.path.starts_with("tags"))?;
        Some(&error.message)
    }
}

pub(super) async fn edit(
    State(dashboard): State<Dashboard>,
    Editor(member): Editor,
    viewing: Viewing,
    Id(id): Id,
) -> Answer {
    let view = dashboard.view_to_change(&member, &id).await?;
    let mode = Mode {
        details: Some(Details::new(Filled::of(&view))),
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
    Fields(filled): Fields<Filled>,
) -> Answer {
    let view = dashboard.view_to_change(&member, &id).await?;
    let seen = filled.version.parse::<KeyVersion>();
    let saved = match (seen, filled.patch(&view)) {
        (Ok(seen), Ok(patch)) => {
            let keys = &dashboard.0.use_cases.keys;
            let saved = keys.change(&member.workspace, &member.by, &id, seen, patch);
            saved.await.map_err(Undone::from)
        }
        (Err(_), Ok(_)) => Err(Undone::Stale),
        (_, Err(undone)) => Err(undone),
    };
    let undone = match saved {
        Ok(_) => return Ok(done(&page_of(&id), Notice::ChangesSaved)),
        Err(Undone::Problem(problem)) => return Err(problem),
        Err(undone) => undone,
    };
    let problem = undone.problem();
    let mut details = Details::new(filled);
    match undone {
        Undone::Invalid(errors) => details.errors = errors,
        Undone::Stale => {
            let theirs = Filled::of(&dashboard.view(&member, &id).await?);
            details.filled.version.clone_from(&theirs.version);
            details.theirs = Some(theirs);
        }
        Undone::Conflict(message) => details.trouble = Some(message),
        Undone::Problem(_) => {}
    }
    let mode = Mode {
        details: Some(details),
        ..Mode::default()
    };
    let key = dashboard.key_page(&member, &viewing, view, mode).await?;
    Ok(page_about(&problem, &key))
}
