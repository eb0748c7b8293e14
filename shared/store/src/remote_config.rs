//! The sensors' remote configuration: the newest one under a key of its own, so that a sensor's pull
//! is one read, and every version it ever had.

use aws_sdk_dynamodb::types::Put;
use event::{Timestamp, WorkspaceId};
use policy::Actor;

use crate::actor::CREATOR;
use crate::fields::{Fields, bytes, moment, number};
use crate::query::{Order, Range};
use crate::schema::control::{self, CONFIG_PREFIX, attribute};
use crate::schema::{Item, Key, LAST};
use crate::store::Consistency;
use crate::transaction::{Transacted, Transaction};
use crate::{AuditEntry, Store, StoreError, packed};

const WHAT: &str = "remote configuration";

/// A version of the remote configuration, without its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigVersion {
    /// Counted from 1.
    pub version: u64,
    /// When it was set.
    pub created_at: Timestamp,
    /// Who set it.
    pub creator: Actor,
    /// The version whose content it has again, where it is a roll-back.
    pub restored_from: Option<u64>,
}

/// A version of the remote configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteConfig {
    /// What is known about it.
    pub version: ConfigVersion,
    /// The content, as JSON to the letter.
    pub config: String,
}

/// Some versions, the newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigVersions {
    /// The versions.
    pub versions: Vec<ConfigVersion>,
    /// Whether there are older ones.
    pub more: bool,
}

impl Store {
    /// The workspace's newest remote configuration; `None` where none was ever set.
    pub async fn remote_config(
        &self,
        workspace: &WorkspaceId,
    ) -> Result<Option<RemoteConfig>, StoreError> {
        self.config_at(control::remote_config(workspace)).await
    }

    /// One version of the workspace's remote configuration.
    pub async fn remote_config_version(
        &self,
        workspace: &WorkspaceId,
        version: u64,
    ) -> Result<Option<RemoteConfig>, StoreError> {
        self.config_at(version_key(workspace, version)).await
    }

    /// The versions before `before`, or the newest ones: `limit` at most, the newest first.
    pub async fn remote_config_versions(
        &self,
        workspace: &WorkspaceId,
        before: Option<u64>,
        limit: u16,
    ) -> Result<ConfigVersions, StoreError> {
        const OPERATION: &str = "listing remote configurations";
        let to = match before {
            None => format!("{CONFIG_PREFIX}{LAST}"),
            Some(0 | 1) => {
                return Ok(ConfigVersions {
                    versions: Vec::new(),
                    more: false,
                });
            }
            Some(before) => control::config_version(before - 1),
        };
        let range = Range {
            pk: control::config_partition(workspace),
            from: CONFIG_PREFIX.to_owned(),
            to,
        };
        let (limit, table) = (usize::from(limit), &self.tables().control);
        let mut versions = Vec::new();
        let mut start = None;
        loop {
            let wanted = i32::try_from(limit + 1 - versions.len()).unwrap_or(i32::MAX);
            let (order, consistency) = (Order::Descending(wanted), Consistency::Strong);
            let page = self
                .query_page(table, &range, order, consistency, start, OPERATION)
                .await?;
            for found in &page.items {
                versions.push(to_version(found)?);
            }
            start = page.next;
            if versions.len() > limit || start.is_none() {
                let more = versions.len() > limit;
                versions.truncate(limit);
                return Ok(ConfigVersions { versions, more });
            }
        }
    }

    /// Sets the configuration, as the one version after those there are.
    ///
    /// [`StoreError::VersionStale`] where the version before it is not the newest.
    pub async fn put_remote_config(
        &self,
        workspace: &WorkspaceId,
        config: &RemoteConfig,
        audit: &AuditEntry,
    ) -> Result<(), StoreError> {
        let body = packed::pack(config.config.as_bytes(), WHAT)?;
        let item = |key: Key| {
            let mut item = key.into_item();
            from_version(&mut item, &config.version);
            item.insert(attribute::BODY.to_owned(), bytes(body.clone()));
            item
        };
        let version = config.version.version;
        let newest = Put::builder()
            .table_name(&self.tables().control)
            .set_item(Some(item(control::remote_config(workspace))))
            .expression_attribute_names("#version", attribute::VERSION);
        let newest = if version <= 1 {
            newest.condition_expression("attribute_not_exists(#version)")
        } else {
            newest
                .condition_expression("#version = :expected")
                .expression_attribute_values(":expected", number(version - 1))
        };
        let transaction = Transaction::default()
            .put(newest)?
            .put(self.put_new(item(version_key(workspace, version))))?
            .put(self.audit_put(workspace, audit)?)?;
        match self
            .transact(workspace, "setting a remote configuration", transaction)
            .await?
        {
            Transacted::Done => Ok(()),
            Transacted::Refused(_) => Err(StoreError::VersionStale),
        }
    }

    async fn config_at(&self, key: Key) -> Result<Option<RemoteConfig>, StoreError> {
        let table = &self.tables().control;
        let found = self
            .get(
                table,
                key,
                Consistency::Strong,
                "reading a remote configuration",
            )
            .await?;
        found.as_ref().map(to_config).transpose()
    }
}

fn version_key(workspace: &WorkspaceId, version: u64) -> Key {
    Key::new(
        control::config_partition(workspace),
        control::config_version(version),
    )
}

fn from_version(item: &mut Item, version: &ConfigVersion) {
    CREATOR.write(&version.creator, item);
    let mut set = |name: &str, value| item.insert(name.to_owned(), value);
    set(attribute::VERSION, number(version.version));
    set(attribute::CREATED_AT, moment(version.created_at));
    if let Some(from) = version.restored_from {
        set(attribute::RESTORED_FROM, number(from));
    }
}

fn to_version(item: &Item) -> Result<ConfigVersion, StoreError> {
    let fields = Fields::new(item, WHAT);
    let count = |value: i64| u64::try_from(value).map_err(|_| fields.corrupt());
    Ok(ConfigVersion {
        version: count(fields.number(attribute::VERSION)?)?,
        created_at: fields.moment(attribute::CREATED_AT)?,
        creator: CREATOR.read(fields)?,
        restored_from: fields
            .optional_number(attribute::RESTORED_FROM)?
            .map(count)
            .transpose()?,
    })
}

fn to_config(item: &Item) -> Result<RemoteConfig, StoreError> {
    let fields = Fields::new(item, WHAT);
    let body = packed::unpack(fields.bytes(attribute::BODY)?, WHAT)?;
    Ok(RemoteConfig {
        version: to_version(item)?,
        config: String::from_utf8(body).map_err(|_| fields.corrupt())?,
    })
}
