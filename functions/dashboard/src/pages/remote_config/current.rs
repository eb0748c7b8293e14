//! The newest version, and the edit of the next one.

use askama::Template;
use axum::extract::State;
use control::RemoteConfigs;
use edge::Problem;
use policy::Role;
use serde::Deserialize;
use store::{ConfigVersion, RemoteConfig};

use super::ENTRY;
use crate::Dashboard;
use crate::form::{Errors, Undone};
use crate::frame::{self, Answer, Frame, Viewing, page_about};
use crate::member::{Admin, Member};
use crate::notice::{Notice, done};
use crate::request::{Fields, Parameters};

/// Versions in a page.
const LISTED: u16 = 20;
/// What the form of the first version starts with.
const FIRST: &str = "{\n}\n";

#[derive(Template)]
#[template(path = "remote_config.html")]
struct ConfigPage {
    frame: Frame,
    current: Option<RemoteConfig>,
    versions: Vec<ConfigVersion>,
    /// The version before which there are more.
    older: Option<u64>,
    /// The edit that is going on.
    edit: Option<Edit>,
}

/// A text that is being edited.
#[derive(Debug)]
struct Edit {
    /// The version that it replaces; 0 where there is none.
    replaces: u64,
    text: String,
    state: EditState,
}

/// What is known about the text.
#[derive(Debug, PartialEq, Eq)]
enum EditState {
    /// Nothing: it was not sent yet.
    Begun,
    /// It may be saved.
    Valid,
    /// It may not, for this reason.
    Wrong(String),
    /// Somebody else saved a version meanwhile.
    Overtaken,
}

#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    /// `yes`: the text is wanted in a form.
    edit: Option<String>,
    /// Only the versions before that one.
    before: Option<u64>,
}

/// The edit as it was sent.
#[derive(Debug, Deserialize)]
pub(super) struct Sent {
    replaces: u64,
    config: String,
    /// `check`: only to hear whether it may be saved.
    #[serde(default)]
    what: String,
}

pub(super) async fn show(
    State(dashboard): State<Dashboard>,
    Parameters(asked): Parameters<Asked>,
    member: Member,
    viewing: Viewing,
) -> Answer {
    let mut page = ConfigPage::read(&dashboard, &member, &viewing, asked.before).await?;
    if member.role >= Role::Admin && asked.edit.as_deref() == Some("yes") {
        let text = page.current.as_ref().map(|current| current.config.clone());
        page.edit = Some(Edit {
            replaces: page.newest(),
            text: text.unwrap_or_else(|| FIRST.to_owned()),
            state: EditState::Begun,
        });
    }
    Ok(frame::page(&page))
}

/// Saves the text as the next version, or only looks whether that could be.
pub(super) async fn save(
    State(dashboard): State<Dashboard>,
    Admin(admin): Admin,
    viewing: Viewing,
    Fields(sent): Fields<Sent>,
) -> Answer {
    // Forms send every end of a line as two characters.
    let text = sent.config.replace("\r\n", "\n");
    let configs = &dashboard.0.use_cases.remote_configs;
    let outcome = if sent.what == "check" {
        RemoteConfigs::check(&text)
    } else {
        let next = configs.set(&admin.workspace, &admin.by, sent.replaces, &text);
        match next.await {
            Ok(_) => return Ok(done(ENTRY.path, Notice::ChangesSaved)),
            Err(error) => Err(error),
        }
    };
    let mut page = ConfigPage::read(&dashboard, &admin, &viewing, None).await?;
    let mut replaces = sent.replaces;
    let undone = outcome.map_err(Undone::from).err();
    let state = match &undone {
        None => EditState::Valid,
        Some(Undone::Invalid(errors)) => EditState::Wrong(all(errors)),
        // What is saved next replaces what is shown beside the text.
        Some(Undone::Stale) => {
            replaces = page.newest();
            EditState::Overtaken
        }
        Some(Undone::Conflict(_) | Undone::Problem(_)) => EditState::Begun,
    };
    page.edit = Some(Edit {
        replaces,
        text,
        state,
    });
    match undone {
        None => Ok(frame::page(&page)),
        Some(Undone::Problem(problem)) => Err(problem),
        Some(undone) => Ok(page_about(&undone.problem(), &page)),
    }
}

impl ConfigPage {
    async fn read(
        dashboard: &Dashboard,
        member: &Member,
        viewing: &Viewing,
        before: Option<u64>,
    ) -> Result<Self, Problem> {
        let configs = &dashboard.0.use_cases.remote_configs;
        let (current, listed) = tokio::try_join!(
            configs.current(&member.workspace),
            configs.versions(&member.workspace, before, LISTED),
        )?;
        let last = listed.versions.last().filter(|_| listed.more);
        Ok(Self {
            frame: Frame::new(ENTRY.title, viewing),
            current,
            older: last.map(|last| last.version),
            versions: listed.versions,
            edit: None,
        })
    }

    fn newest(&self) -> u64 {
        version_of(self.current.as_ref())
    }
}

/// The number of the newest version; 0 where there is none.
pub(super) fn version_of(current: Option<&RemoteConfig>) -> u64 {
    current.map_or(0, |current| current.version.version)
}

fn all(errors: &Errors) -> String {
    let messages: Vec<_> = errors.iter().map(|error| error.message.as_str()).collect();
    messages.join("; ")
}
