//! Workspaces: the tenants and their settings.

use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use event::{Timestamp, WorkspaceId};

use crate::fields::{Fields, moment, number, text};
use crate::meter::{Meter, units};
use crate::schema::Item;
use crate::schema::control::{self, attribute};
use crate::store::{Consistency, absent, condition_failed};
use crate::{Store, StoreError};

const WHAT: &str = "workspace";

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
}

impl WorkspaceSettings {
    /// The settings of a new workspace: addresses kept, events kept for ever.
    pub fn new(name: &str, created_at: Timestamp) -> Self {
        Self {
            name: name.to_owned(),
            created_at,
            keep_addresses: true,
            retention_days: None,
        }
    }
}

impl Store {
    /// Makes the workspace; [`StoreError::Conflict`] where it exists.
    pub async fn create_workspace(
        &self,
        workspace: &WorkspaceId,
        settings: &WorkspaceSettings,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "creating a workspace";
        let meter = Meter::start(self.metrics(), workspace);
        let call = self
            .client()
            .put_item()
            .table_name(&self.tables().control)
            .set_item(Some(to_item(workspace, settings)))
            .condition_expression(absent())
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .customize()
            .interceptor(meter.throttles::<PutItemError>());
        match call.send().await {
            Ok(output) => {
                meter.written(units(output.consumed_capacity()));
                Ok(())
            }
            Err(error) if condition_failed(&error) => {
                meter.written(1.0);
                Err(StoreError::Conflict {
                    what: "the workspace exists",
                })
            }
            Err(error) => {
                meter.failed();
                Err(StoreError::from_sdk(OPERATION, &error))
            }
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
    set(attribute::VERSION, number(1));
    if let Some(days) = settings.retention_days {
        set(attribute::RETENTION_DAYS, number(days));
    }
    item
}

fn from_item(item: &Item) -> Result<WorkspaceSettings, StoreError> {
    let fields = Fields::new(item, WHAT);
    let days = |days: i64| u32::try_from(days).map_err(|_| fields.corrupt());
    Ok(WorkspaceSettings {
        name: fields.text(attribute::NAME)?.to_owned(),
        created_at: fields.moment(attribute::CREATED_AT)?,
        keep_addresses: fields
            .optional_bool(attribute::KEEP_ADDRESSES)?
            .unwrap_or(false),
        retention_days: fields
            .optional_number(attribute::RETENTION_DAYS)?
            .map(days)
            .transpose()?,
    })
}
