//! An earlier version, and the way back to it.

use askama::Template;
use axum::extract::{FromRequestParts, Path, State};
use control::ControlError;
use edge::Problem;
use http::request::Parts;
use serde::Deserialize;
use store::{RemoteConfig, StoreError};

use super::ENTRY;
use super::current::version_of;
use crate::Dashboard;
use crate::form::Undone;
use crate::frame::{Answer, Frame, Viewing, page, page_about};
use crate::member::{Admin, Member};
use crate::notice::{Notice, done};
use crate::request::Fields;

#[derive(Template)]
#[template(path = "remote_config_version.html")]
struct Earlier {
    frame: Frame,
    found: RemoteConfig,
    newest: u64,
    /// Whether somebody else saved a version while this one was looked at.
    is_overtaken: bool,
}

/// The newest version, as the page had it.
#[derive(Debug, Deserialize)]
pub(super) struct Sent {
    newest: u64,
}

/// The number of a version in the path. What is no number names no version.
pub(super) struct Version(u64);

impl FromRequestParts<Dashboard> for Version {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Dashboard) -> Result<Self, Problem> {
        let path = Path::<String>::from_request_parts(parts, &()).await;
        let version = path.ok().and_then(|Path(text)| text.parse().ok());
        version.map(Self).ok_or(Problem::NotFound)
    }
}

pub(super) async fn show(
    State(dashboard): State<Dashboard>,
    member: Member,
    Version(version): Version,
    viewing: Viewing,
) -> Answer {
    render(&dashboard, &member, &viewing, version, false).await
}

pub(super) async fn roll_back(
    State(dashboard): State<Dashboard>,
    Admin(member): Admin,
    Version(to): Version,
    viewing: Viewing,
    Fields(sent): Fields<Sent>,
) -> Answer {
    let configs = &dashboard.0.use_cases.remote_configs;
    match configs
        .roll_back(&member.workspace, &member.by, sent.newest, to)
        .await
    {
        Ok(_) => Ok(done(ENTRY.path, Notice::ChangesSaved)),
        Err(ControlError::Store(StoreError::VersionStale)) => {
            render(&dashboard, &member, &viewing, to, true).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn render(
    dashboard: &Dashboard,
    member: &Member,
    viewing: &Viewing,
    version: u64,
    is_overtaken: bool,
) -> Answer {
    let configs = &dashboard.0.use_cases.remote_configs;
    let (found, current) = tokio::try_join!(
        configs.version(&member.workspace, version),
        configs.current(&member.workspace),
    )?;
    let template = Earlier {
        frame: Frame::new(ENTRY.title, viewing),
        found,
        newest: version_of(current.as_ref()),
        is_overtaken,
    };
    if is_overtaken {
        return Ok(page_about(&Undone::Stale.problem(), &template));
    }
    Ok(page(&template))
}
