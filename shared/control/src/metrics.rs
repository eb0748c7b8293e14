//! Saved metrics: made, listed, changed, deleted.
//!
//! Whether a text can be run is a planner's to say, and not this crate's: what is stored is a
//! [`PlannedMetric`], which only a caller with a planner can vouch for.

use std::collections::HashSet;

use event::{MetricId, WorkspaceId};
use rand::distr::{Alphanumeric, SampleString};
use serde_json::Value;
use store::{AuditAction, MetricVariable, SavedMetric, Store, StoreError};

use crate::by::Changes;
use crate::invalid::Findings;
use crate::words::check_words;
use crate::{By, ControlError};

/// Longest name of a metric or of a variable, in characters.
const MAX_NAME_CHARS: usize = 64;
/// Longest text of a metric, in bytes.
const MAX_SQL_BYTES: usize = 64 * 1024;
/// Most variables of a metric.
const MAX_VARIABLES: usize = 50;
/// Largest default value, in bytes of its JSON.
const MAX_DEFAULT_BYTES: usize = 4 * 1024;
/// Most saved metrics of a workspace.
const MAX_METRICS: usize = 500;

/// The use cases of saved metrics. Clones share the connection.
#[derive(Debug, Clone)]
pub struct SavedMetrics {
    store: Store,
}

/// A metric as somebody asks for it.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricDraft {
    /// Unique in the workspace; 1 to 64 characters.
    pub name: String,
    /// The text, with its variables as `@{name}`.
    pub sql: String,
    /// The variables, with their types and defaults.
    pub variables: Vec<MetricVariable>,
}

/// A draft whose text can be run. Whoever makes one has planned it.
#[derive(Debug, Clone, Copy)]
pub struct PlannedMetric<'a>(&'a MetricDraft);

impl<'a> PlannedMetric<'a> {
    /// Vouches for a draft that a planner has just made a plan of.
    pub const fn vouched(draft: &'a MetricDraft) -> Self {
        Self(draft)
    }
}

impl SavedMetrics {
    /// On this store.
    pub const fn new(store: Store) -> Self {
        Self { store }
    }

    /// The workspace's metrics in the order of their names.
    pub async fn list(&self, workspace: &WorkspaceId) -> Result<Vec<SavedMetric>, ControlError> {
        let mut metrics = self.store.metrics_of(workspace).await?;
        metrics.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        Ok(metrics)
    }

    /// One metric.
    pub async fn read(
        &self,
        workspace: &WorkspaceId,
        id: &MetricId,
    ) -> Result<SavedMetric, ControlError> {
        let metric = self.store.metric(workspace, id).await?;
        metric.ok_or_else(|| {
            let what = "saved metric";
            StoreError::NotFound { what }.into()
        })
    }

    /// Saves a new metric.
    ///
    /// [`ControlError::Invalid`] with all that is wrong; a conflict where the name is taken, or the
    /// workspace has 500 metrics.
    pub async fn create(
        &self,
        workspace: &WorkspaceId,
        by: &By,
        PlannedMetric(draft): PlannedMetric<'_>,
    ) -> Result<SavedMetric, ControlError> {
        draft.check()?;
        if self.store.metrics_of(workspace).await?.len() >= MAX_METRICS {
            let what = "the workspace has 500 saved metrics: delete one first";
            return Err(StoreError::Conflict { what }.into());
        }
        let id = Alphanumeric.sample_string(&mut rand::rng(), event::ids::KEY_ID_CHARS);
        // Letters and digits are what an id is made of.
        let id = MetricId::parse(&id).map_err(|_| ControlError::KeyGone)?;
        let metric = SavedMetric {
            id,
            name: draft.name.clone(),
            sql: draft.sql.clone(),
            variables: draft.variables.clone(),
            creator: by.actor.clone(),
            created_at: by.at,
            changed_at: by.at,
            version: 1,
        };
        let changes = Changes::default()
            .set("name", draft.name.as_str())
            .set("sql", draft.sql.as_str())
            .set("variables", shown(&draft.variables));
        let action = AuditAction::MetricCreated;
        let entry = by.noted(action, metric.id.as_str(), Some(&metric.name), changes);
        self.store.create_metric(workspace, &metric, &entry).await?;
        tracing::info!(%workspace, metric = %metric.id, "metric saved");
        Ok(metric)
    }

    /// Gives a metric this name, text and variables. Answers kept for it count no more.
    ///
    /// [`ControlError::Invalid`] with all that is wrong; [`StoreError::VersionStale`] where the
    /// metric's version is not `expected`; a conflict where the name is taken.
    pub async fn change(
        &self,
        workspace: &WorkspaceId,
        by: &By,
        id: &MetricId,
        expected: u64,
        PlannedMetric(draft): PlannedMetric<'_>,
    ) -> Result<SavedMetric, ControlError> {
        draft.check()?;
        let old = self.read(workspace, id).await?;
        if old.version != expected {
            return Err(StoreError::VersionStale.into());
        }
        let changes = Changes::default()
            .replace("name", old.name.as_str(), draft.name.as_str())
            .replace("sql", old.sql.as_str(), draft.sql.as_str())
            .replace("variables", shown(&old.variables), shown(&draft.variables));
        if changes.is_empty() {
            return Ok(old);
        }
        let new = SavedMetric {
            name: draft.name.clone(),
            sql: draft.sql.clone(),
            variables: draft.variables.clone(),
            changed_at: by.at,
            version: old.version.saturating_add(1),
            ..old.clone()
        };
        let action = AuditAction::MetricChanged;
        let entry = by.noted(action, id.as_str(), Some(&old.name), changes);
        self.store
            .replace_metric(workspace, &old, &new, &entry)
            .await?;
        Ok(new)
    }

    /// Deletes a metric, whatever its version. Deleting again finds nothing.
    pub async fn delete(
        &self,
        workspace: &WorkspaceId,
        by: &By,
        id: &MetricId,
    ) -> Result<(), ControlError> {
        let metric = self.read(workspace, id).await?;
        let changes = Changes::default()
            .replace("name", metric.name.as_str(), ())
            .replace("sql", metric.sql.as_str(), ())
            .replace("variables", shown(&metric.variables), ());
        let action = AuditAction::MetricDeleted;
        let entry = by.noted(action, id.as_str(), Some(&metric.name), changes);
        self.store.delete_metric(workspace, &metric, &entry).await?;
        tracing::info!(%workspace, metric = %id, "saved metric deleted");
        Ok(())
    }
}

impl MetricDraft {
    /// Whether name, length and variables are as they may be; the text itself is a planner's to judge.
    pub fn check(&self) -> Result<(), ControlError> {
        let mut findings = Findings::default();
        findings.accept("name", check_words(&self.name, MAX_NAME_CHARS));
        if self.sql.trim().is_empty() {
            findings.add("sql", "must not be empty");
        }
        if self.sql.len() > MAX_SQL_BYTES {
            findings.add("sql", format!("must be at most {MAX_SQL_BYTES} bytes"));
        }
        if self.variables.len() > MAX_VARIABLES {
            let rule = format!("must be at most {MAX_VARIABLES}");
            findings.add("variables", rule);
        }
        let mut names = HashSet::new();
        for (index, variable) in self.variables.iter().enumerate() {
            let at = |member| format!("variables[{index}].{member}");
            findings.accept(&at("name"), check_variable(&variable.name));
            if !names.insert(variable.name.as_str()) {
                findings.add(at("name"), "is there twice");
            }
            if let Some(default) = &variable.default {
                if !variable.kind.holds(default) {
                    findings.add(at("default"), variable.kind.expected());
                } else if default.to_string().len() > MAX_DEFAULT_BYTES {
                    let rule = format!("must be at most {MAX_DEFAULT_BYTES} bytes of JSON");
                    findings.add(at("default"), rule);
                }
            }
        }
        findings.into_result()
    }
}

fn check_variable(name: &str) -> Result<(), String> {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if name.is_empty() || name.len() > MAX_NAME_CHARS || !name.bytes().all(is_word) {
        return Err(format!(
            "must be 1 to {MAX_NAME_CHARS} letters, digits and _"
        ));
    }
    Ok(())
}

fn shown(variables: &[MetricVariable]) -> Value {
    serde_json::to_value(variables).unwrap_or_default()
}
