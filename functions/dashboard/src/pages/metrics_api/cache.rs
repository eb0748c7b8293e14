//! How long answers are given again.

use axum::extract::State;
use control::{ControlError, FieldError, SettingsDraft};
use http::HeaderMap;
use serde::Deserialize;
use store::WorkspaceSettings;

use super::ENTRY;
use super::overview::Extra;
use crate::Dashboard;
use crate::frame::{Answer, Viewing};
use crate::member::Admin;
use crate::notice::{Notice, done};
use crate::refused::Refused;
use crate::request::Fields;

/// What there is to say where somebody else was faster.
const STALE: &str = "Somebody else changed the workspace's settings meanwhile. Nothing is saved yet: look at \
                     what holds now, then save again.";

/// The form as somebody has filled it in.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct CacheForm {
    /// The version of the settings that they saw.
    pub(super) version: u64,
    /// In minutes.
    pub(super) ttl: String,
}

pub(super) async fn edit(
    State(dashboard): State<Dashboard>,
    Admin(admin): Admin,
    viewing: Viewing,
    headers: HeaderMap,
) -> Answer {
    let settings = &dashboard.0.use_cases.settings;
    let now = settings.read(&admin.workspace).await?;
    let extra = Extra {
        cache: Some(CacheForm {
            version: now.version,
            ttl: now.metrics_cache_ttl_minutes.to_string(),
        }),
        ..Extra::default()
    };
    dashboard
        .metrics_page(&admin, &viewing, &headers, &extra)
        .await
}

pub(super) async fn save(
    State(dashboard): State<Dashboard>,
    Admin(admin): Admin,
    viewing: Viewing,
    headers: HeaderMap,
    Fields(mut form): Fields<CacheForm>,
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
            let extra = Extra {
                cache: Some(form),
                refused,
                ..Extra::default()
            };
            dashboard
                .metrics_page(&admin, &viewing, &headers, &extra)
                .await
        }
    }
}

impl CacheForm {
    /// The settings with this lifetime.
    fn draft(&self, now: &WorkspaceSettings) -> Result<SettingsDraft, ControlError> {
        let minutes = self.ttl.trim().parse();
        let minutes = minutes.map_err(|_| {
            let rule = "must be a whole number of minutes";
            ControlError::Invalid(vec![FieldError::new("metricsCacheTtlMinutes", rule)])
        })?;
        Ok(SettingsDraft {
            name: now.name.clone(),
            keep_addresses: now.keep_addresses,
            retention_days: now.retention_days.map(i64::from),
            metrics_cache_ttl_minutes: minutes,
        })
    }
}
