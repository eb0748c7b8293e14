//! The workspace itself: what it is called, and what is kept of what comes in.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use control::{ControlError, FieldError, SettingsDraft};
use policy::Role;
use serde::Deserialize;
use store::WorkspaceSettings;

use crate::Dashboard;
use crate::frame::{Answer, Frame, Viewing};
use crate::member::{Admin, Member};
use crate::navigation::{Entry, Group, Icon};
use crate::notice::{Notice, done};
use crate::refused::Refused;
use crate::request::Fields;

pub(crate) const ENTRY: Entry = Entry {
    title: "Workspace",
    path: "/dashboard/workspace-settings",
    about: "Its name, how long events are kept, and whether addresses are.",
    icon: Icon::Workspace,
    group: Group::Settings,
    least: Role::Viewer,
};
const EDIT: &str = "/dashboard/workspace-settings/edit";
/// What there is to say where somebody else was faster.
const STALE: &str = "Somebody else changed these settings meanwhile. Nothing is saved yet: look at what holds \
                     now, then save again.";

pub(crate) fn routes() -> Router<Dashboard> {
    Router::new()
        .route(ENTRY.path, get(show))
        .route(EDIT, get(edit).post(save))
}

#[derive(Template)]
#[template(path = "workspace.html")]
struct Workspace<'a> {
    frame: Frame,
    id: String,
    settings: WorkspaceSettings,
    form: Option<SettingsForm>,
    refused: &'a Refused,
}

/// The form as somebody has filled it in.
#[derive(Debug, Clone, Deserialize)]
struct SettingsForm {
    /// The version that they saw.
    version: u64,
    name: String,
    /// `yes` or `no`.
    keep_addresses: String,
    /// In days; empty: for ever.
    retention: String,
}

async fn show(State(dashboard): State<Dashboard>, member: Member, viewing: Viewing) -> Answer {
    let settings = &dashboard.0.use_cases.settings;
    let settings = settings.read(&member.workspace).await?;
    Ok(answer(
        &member,
        &viewing,
        settings,
        None,
        &Refused::default(),
    ))
}

async fn edit(State(dashboard): State<Dashboard>, Admin(admin): Admin, viewing: Viewing) -> Answer {
    let settings = &dashboard.0.use_cases.settings;
    let settings = settings.read(&admin.workspace).await?;
    let form = Some(SettingsForm::new(&settings));
    Ok(answer(
        &admin,
        &viewing,
        settings,
        form,
        &Refused::default(),
    ))
}

async fn save(
    State(dashboard): State<Dashboard>,
    Admin(admin): Admin,
    viewing: Viewing,
    Fields(mut form): Fields<SettingsForm>,
) -> Answer {
    let settings = &dashboard.0.use_cases.settings;
    let now = settings.read(&admin.workspace).await?;
    let saved = match form.draft(&now) {
        Ok(draft) => {
            let seen = form.version;
            settings
                .replace(&admin.workspace, &admin.by, seen, &draft)
                .await
        }
        Err(error) => Err(error),
    };
    match saved {
        Ok(_) => Ok(done(ENTRY.path, Notice::ChangesSaved)),
        Err(error) => {
            let refused = Refused::of(error, STALE)?;
            // Sent again, it replaces what the page shows now.
            form.version = now.version;
            Ok(answer(&admin, &viewing, now, Some(form), &refused))
        }
    }
}

fn answer(
    member: &Member,
    viewing: &Viewing,
    settings: WorkspaceSettings,
    form: Option<SettingsForm>,
    refused: &Refused,
) -> axum::response::Response {
    refused.page(&Workspace {
        frame: Frame::new(ENTRY.title, viewing),
        id: member.workspace.to_string(),
        settings,
        form,
        refused,
    })
}

impl SettingsForm {
    fn new(settings: &WorkspaceSettings) -> Self {
        let keep = if settings.keep_addresses { "yes" } else { "no" };
        let retention = settings.retention_days.map(|days| days.to_string());
        Self {
            version: settings.version,
            name: settings.name.clone(),
            keep_addresses: keep.to_owned(),
            retention: retention.unwrap_or_default(),
        }
    }

    fn keeps_addresses(&self) -> bool {
        self.keep_addresses == "yes"
    }

    /// The settings that it stands for.
    fn draft(&self, now: &WorkspaceSettings) -> Result<SettingsDraft, ControlError> {
        let retention_days = match self.retention.trim() {
            "" => None,
            days => Some(days.parse().map_err(|_| {
                let rule = "must be a whole number of days";
                ControlError::Invalid(vec![FieldError::new("retentionDays", rule)])
            })?),
        };
        Ok(SettingsDraft {
            name: self.name.trim().to_owned(),
            keep_addresses: self.keeps_addresses(),
            retention_days,
            metrics_cache_ttl_minutes: now.metrics_cache_ttl_minutes.into(),
        })
    }
}
