//! How a workspace is set up.

use event::WorkspaceId;
use store::{AuditAction, Store, StoreError, WorkspaceSettings};

use crate::by::Changes;
use crate::invalid::Findings;
use crate::words::check_words;
use crate::{By, ControlError};

/// Longest name of a workspace, in characters.
const MAX_NAME_CHARS: usize = 64;
/// How long the answer to a metric query may be given again, in minutes.
const CACHE_TTL: std::ops::RangeInclusive<i64> = 5..=1_440;
/// How long events may be kept, in days.
const RETENTION: std::ops::RangeInclusive<i64> = 1..=3_650;

/// The use cases of a workspace's settings. Clones share the connection.
#[derive(Debug, Clone)]
pub struct Settings {
    store: Store,
}

/// Settings as somebody asks for them, not checked.
#[derive(Debug, Clone)]
pub struct SettingsDraft {
    /// What people call the workspace; 1 to 64 characters.
    pub name: String,
    /// Whether chunks keep the address that their request came from.
    pub keep_addresses: bool,
    /// How long the log keeps what comes from now on, in days: 1 to 3,650; `None`: for ever.
    pub retention_days: Option<i64>,
    /// How long the answer to a metric query may be given again, in minutes: 5 to 1,440.
    pub metrics_cache_ttl_minutes: i64,
}

impl Settings {
    /// On this store.
    pub const fn new(store: Store) -> Self {
        Self { store }
    }

    /// The workspace's settings.
    pub async fn read(&self, workspace: &WorkspaceId) -> Result<WorkspaceSettings, ControlError> {
        let settings = self.store.workspace(workspace).await?;
        settings.ok_or_else(|| {
            let what = "workspace";
            StoreError::NotFound { what }.into()
        })
    }

    /// Replaces the workspace's settings. What is received later than a minute from now is treated by
    /// the new ones.
    ///
    /// [`ControlError::Invalid`] with all that is wrong; [`StoreError::VersionStale`] where the
    /// settings' version is not `expected`.
    pub async fn replace(
        &self,
        workspace: &WorkspaceId,
        by: &By,
        expected: u64,
        draft: &SettingsDraft,
    ) -> Result<WorkspaceSettings, ControlError> {
        let (retention_days, metrics_cache_ttl_minutes) = draft.check()?;
        let old = self.read(workspace).await?;
        if old.version != expected {
            return Err(StoreError::VersionStale.into());
        }
        let new = WorkspaceSettings {
            name: draft.name.clone(),
            keep_addresses: draft.keep_addresses,
            retention_days,
            metrics_cache_ttl_minutes,
            ..old.clone()
        };
        let changes = Changes::default()
            .replace("name", old.name.as_str(), new.name.as_str())
            .replace("keepAddresses", old.keep_addresses, new.keep_addresses)
            .replace("retentionDays", old.retention_days, new.retention_days)
            .replace(
                "metricsCacheTtlMinutes",
                old.metrics_cache_ttl_minutes,
                new.metrics_cache_ttl_minutes,
            );
        if changes.is_empty() {
            return Ok(old);
        }
        let action = AuditAction::SettingsChanged;
        let entry = by.noted(action, workspace.as_str(), Some(&old.name), changes);
        self.store.replace_settings(workspace, &new, &entry).await?;
        Ok(WorkspaceSettings {
            version: new.version.saturating_add(1),
            ..new
        })
    }
}

impl SettingsDraft {
    /// Retention and cache lifetime, if everything is as it may be.
    fn check(&self) -> Result<(Option<u32>, u32), ControlError> {
        let mut findings = Findings::default();
        findings.accept("name", check_words(&self.name, MAX_NAME_CHARS));
        let ttl = within(self.metrics_cache_ttl_minutes, &CACHE_TTL);
        let ttl = findings.accept("metricsCacheTtlMinutes", ttl);
        let retention = self.retention_days.map(|days| within(days, &RETENTION));
        let retention = findings.accept("retentionDays", retention.transpose());
        findings.into_result()?;
        // Both are there where nothing was found.
        Ok((retention.flatten(), ttl.unwrap_or_default()))
    }
}

fn within(value: i64, range: &std::ops::RangeInclusive<i64>) -> Result<u32, String> {
    let (least, most) = (range.start(), range.end());
    match u32::try_from(value) {
        Ok(small) if range.contains(&value) => Ok(small),
        Ok(_) | Err(_) => Err(format!("must be {least} to {most}")),
    }
}
