//! The tables as they are created, and as the deployment template must declare them.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{BuildError, ProvideErrorMetadata};
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, KeySchemaElement, KeyType, PointInTimeRecoverySpecification,
    ScalarAttributeType, StreamSpecification, StreamViewType, TableStatus, TimeToLiveSpecification,
};

use super::{PK, SK, TTL};
use crate::error::StoreError;
use crate::pause::pause;
use crate::store::Tables;

const CREATING: &str = "creating the tables";
/// Looks at a table being created, before giving up; about ten seconds.
const MAX_LOOKS: u32 = 60;

/// What a table is made of beside its name. Every table has the text keys `pk` and `sk` and is
/// billed per request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableDefinition {
    /// The table's name.
    pub name: String,
    /// New items go to the table's stream, whole.
    pub stream: bool,
    /// The attribute that holds an item's expiry, in seconds since the epoch.
    pub ttl_attribute: Option<&'static str>,
    /// The table can be restored to any moment of the last 35 days.
    pub point_in_time_recovery: bool,
}

/// The five tables: control, events, profiles, activity, runs.
pub fn tables(names: &Tables) -> [TableDefinition; 5] {
    let plain = |name: &str| TableDefinition {
        name: name.to_owned(),
        stream: false,
        ttl_attribute: None,
        point_in_time_recovery: false,
    };
    [
        TableDefinition {
            point_in_time_recovery: true,
            ..plain(&names.control)
        },
        TableDefinition {
            stream: true,
            ttl_attribute: Some(TTL),
            ..plain(&names.events)
        },
        TableDefinition {
            ttl_attribute: Some(TTL),
            point_in_time_recovery: true,
            ..plain(&names.profiles)
        },
        TableDefinition {
            ttl_attribute: Some(TTL),
            ..plain(&names.activity)
        },
        TableDefinition {
            stream: true,
            ttl_attribute: Some(TTL),
            point_in_time_recovery: true,
            ..plain(&names.runs)
        },
    ]
}

/// Creates the tables that do not exist yet and waits until all can be used. For development and
/// tests: an installation's tables are declared by its template.
pub async fn create_tables(client: &Client, names: &Tables) -> Result<(), StoreError> {
    for table in tables(names) {
        if create(client, &table).await? {
            wait_until_active(client, &table.name).await?;
            configure(client, &table).await?;
        }
    }
    Ok(())
}

/// Whether the table is new.
async fn create(client: &Client, table: &TableDefinition) -> Result<bool, StoreError> {
    let built = |_: BuildError| StoreError::Corrupt {
        what: "table definition",
    };
    let mut call = client
        .create_table()
        .table_name(&table.name)
        .billing_mode(BillingMode::PayPerRequest);
    for (name, kind) in [(PK, KeyType::Hash), (SK, KeyType::Range)] {
        let key = KeySchemaElement::builder()
            .attribute_name(name)
            .key_type(kind)
            .build();
        let attribute = AttributeDefinition::builder()
            .attribute_name(name)
            .attribute_type(ScalarAttributeType::S)
            .build();
        call = call.key_schema(key.map_err(built)?);
        call = call.attribute_definitions(attribute.map_err(built)?);
    }
    if table.stream {
        let stream = StreamSpecification::builder()
            .stream_enabled(true)
            .stream_view_type(StreamViewType::NewImage)
            .build();
        call = call.stream_specification(stream.map_err(built)?);
    }
    match call.send().await {
        Ok(_) => Ok(true),
        Err(error) if error.code() == Some("ResourceInUseException") => Ok(false),
        Err(error) => Err(StoreError::from_sdk(CREATING, &error)),
    }
}

async fn wait_until_active(client: &Client, name: &str) -> Result<(), StoreError> {
    for look in 0..MAX_LOOKS {
        let call = client.describe_table().table_name(name).send().await;
        let output = call.map_err(|error| StoreError::from_sdk(CREATING, &error))?;
        let status = output.table().and_then(|table| table.table_status());
        if status == Some(&TableStatus::Active) {
            return Ok(());
        }
        pause(look).await;
    }
    Err(StoreError::Unavailable {
        operation: CREATING,
        cause: crate::Cause::TimedOut,
    })
}

async fn configure(client: &Client, table: &TableDefinition) -> Result<(), StoreError> {
    let built = |_: BuildError| StoreError::Corrupt {
        what: "table definition",
    };
    if let Some(attribute) = table.ttl_attribute {
        let ttl = TimeToLiveSpecification::builder()
            .enabled(true)
            .attribute_name(attribute)
            .build()
            .map_err(built)?;
        let call = client.update_time_to_live().table_name(&table.name);
        let call = call.time_to_live_specification(ttl).send().await;
        call.map_err(|error| StoreError::from_sdk(CREATING, &error))?;
    }
    if table.point_in_time_recovery {
        let recovery = PointInTimeRecoverySpecification::builder()
            .point_in_time_recovery_enabled(true)
            .build()
            .map_err(built)?;
        let call = client.update_continuous_backups().table_name(&table.name);
        let call = call
            .point_in_time_recovery_specification(recovery)
            .send()
            .await;
        // A stand-in that keeps no backups does not know the operation, and needs not.
        match call {
            Ok(_) => {}
            Err(error) if error.code() == Some("UnknownOperationException") => {}
            Err(error) => return Err(StoreError::from_sdk(CREATING, &error)),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_and_the_runs_have_a_stream_and_only_what_may_go_expires() {
        let [control, events, profiles, activity, runs] = tables(&Tables::with_prefix("weir"));
        assert_eq!(control.name, "weir-control");
        assert!(events.stream && runs.stream);
        assert!(!control.stream && !profiles.stream && !activity.stream);
        assert!(control.point_in_time_recovery && profiles.point_in_time_recovery);
        assert_eq!(control.ttl_attribute, None);
        // Of profiles only timelines do.
        assert_eq!(profiles.ttl_attribute, Some("ttl"));
        assert_eq!(
            (events.ttl_attribute, activity.ttl_attribute),
            (Some("ttl"), Some("ttl"))
        );
        assert_eq!(runs.ttl_attribute, Some("ttl"));
    }
}
