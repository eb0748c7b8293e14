//! Workspaces: the tenants and their settings.

use aws_sdk_dynamodb::types::{AttributeValue, Put};
use event::{Timestamp, WorkspaceId};

use crate::fields::{Fields, moment, number, text};
use crate::schema::Item;
use crate::schema::control::{self, attribute};
use crate::store::Consistency;
use crate::transaction::{Transacted, Transaction};
use crate::{AuditEntry, Store, StoreError};

const WHAT: &str = "workspace";
/// How long the answer to a metric query may be given again where nobody set it, in minutes.
const DEFAULT_METRICS_CACHE_TTL: u32 = 5;

/// A workspace and how it is set up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkspaceSettings {
    /// What people call it.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Whether chunks keep the address that their request came from.
    pub keep_addresses: bool,
    /// How long the log keeps a chunk, in days after its receipt; `None`: for ever.
    pub retention_days: Option<u32>,
    /// How long the answer to a metric query may be given again, in minutes; at least 5.
    pub metrics_cache_ttl_minutes: u32,
    /// Counts the changes, from 1.
    pub version: u64,
}

impl WorkspaceSettings {
    /// The settings of a new workspace: addresses kept, events kept for ever, answers to metric
    /// queries kept for five minutes.
    pub fn new(name: &str, created_at: Timestamp) -> Self {
        Self {
            name: name.to_owned(),
            created_at,
            keep_addresses: true,
            retention_days: None,
            metrics_cache_ttl_minutes: DEFAULT_METRICS_CACHE_TTL,
            version: 1,
        }
    }
}

impl Store {
    /// Makes the workspace; [`StoreError::Conflict`] where it exists.
    pub async fn create_workspace(
        &self,
        workspace: &WorkspaceId,
        settings: &WorkspaceSettings,
        audit: &AuditEntry,
    ) -> Result<(), StoreError> {
        let transaction = Transaction::default()
            .put(self.put_new(to_item(workspace, settings)))?
            .put(self.audit_put(workspace, audit)?)?;
        match self
            .transact(workspace, "creating a workspace", transaction)
            .await?
        {
            Transacted::Done => Ok(()),
            Transacted::Refused(_) => Err(StoreError::Conflict {
                what: "the workspace exists",
            }),
        }
    }

    /// Replaces the workspace's settings, as the version after `settings.version`.
    ///
    /// [`StoreError::VersionStale`] where that is not the newest version any more.
    pub async fn replace_settings(
        &self,
        workspace: &WorkspaceId,
        settings: &WorkspaceSettings,
        audit: &AuditEntry,
    ) -> Result<(), StoreError> {
        let next = WorkspaceSettings {
            version: settings.version.saturating_add(1),
            ..settings.clone()
        };
        let put = Put::builder()
            .table_name(&self.tables().control)
            .set_item(Some(to_item(workspace, &next)))
            .condition_expression("#version = :expected")
            .expression_attribute_names("#version", attribute::VERSION)
            .expression_attribute_values(":expected", number(settings.version));
        let transaction = Transaction::default()
            .put(put)?
            .put(self.audit_put(workspace, audit)?)?;
        match self
            .transact(workspace, "changing a workspace", transaction)
            .await?
        {
            Transacted::Done => Ok(()),
            Transacted::Refused(_) => Err(StoreError::VersionStale),
        }
    }

    /// The workspace's settings, as last written.
    pub async fn workspace(
        &self,
        workspace: &WorkspaceId,
    ) -> Result<Option<WorkspaceSettings>, StoreError> {
        let key = control::settings(workspace);
        let table = &self.tables().control;
        let item = self
            .get(table, key, Consistency::Strong, "reading a workspace")
            .await?;
        item.as_ref().map(from_item).transpose()
    }
}

fn to_item(workspace: &WorkspaceId, settings: &WorkspaceSettings) -> Item {
    let mut item = control::settings(workspace).into_item();
    let mut set = |name: &str, value| item.insert(name.to_owned(), value);
    set(attribute::NAME, text(&settings.name));
    set(attribute::CREATED_AT, moment(settings.created_at));
    set(
        attribute::KEEP_ADDRESSES,
        AttributeValue::Bool(settings.keep_addresses),
    );
    set(attribute::VERSION, number(settings.version));
    set(
        attribute::METRICS_CACHE_TTL,
        number(settings.metrics_cache_ttl_minutes),
    );
    if let Some(days) = settings.retention_days {
        set(attribute::RETENTION_DAYS, number(days));
    }
    item
}

fn from_item(item: &Item) -> Result<WorkspaceSettings, StoreError> {
    let fields = Fields::new(item, WHAT);
    let small = |value: i64| u32::try_from(value).map_err(|_| fields.corrupt());
    Ok(WorkspaceSettings {
        name: fields.text(attribute::NAME)?.to_owned(),
        created_at: fields.moment(attribute::CREATED_AT)?,
        keep_addresses: fields
            .optional_bool(attribute::KEEP_ADDRESSES)?
            .unwrap_or(false),
        retention_days: fields
            .optional_number(attribute::RETENTION_DAYS)?
            .map(small)
            .transpose()?,
        // Workspaces from before the setting have the default.
        metrics_cache_ttl_minutes: fields
            .optional_number(attribute::METRICS_CACHE_TTL)?
            .map_or(Ok(DEFAULT_METRICS_CACHE_TTL), small)?,
        version: u64::try_from(fields.number(attribute::VERSION)?).map_err(|_| fields.corrupt())?,
    })
}
