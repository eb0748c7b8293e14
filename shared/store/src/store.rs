//! The handle that everything goes through.

use std::collections::HashMap;
use std::sync::Arc;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use telemetry::Metrics;

use crate::StoreError;
use crate::schema::{Item, Key, PK};
use crate::usage::Marks;

/// The names of the five tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tables {
    /// Keys, policies, workspaces: what is administered.
    pub control: String,
    /// The event log.
    pub events: String,
    /// Profiles and timelines.
    pub profiles: String,
    /// What may be lost after a while.
    pub activity: String,
    /// Runs of workflows, and the queue of what is due.
    pub runs: String,
}

impl Tables {
    /// The tables of one installation, as `<prefix>-control` and so on.
    pub fn with_prefix(prefix: &str) -> Self {
        let name = |table: &str| format!("{prefix}-{table}");
        Self {
            control: name("control"),
            events: name("events"),
            profiles: name("profiles"),
            activity: name("activity"),
            runs: name("runs"),
        }
    }
}

/// The database. Clones share the connection.
#[derive(Debug, Clone)]
pub struct Store(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    client: Client,
    tables: Tables,
    metrics: Metrics,
    marks: Marks,
}

impl Store {
    /// A store on these tables; [`client`](crate::client()) makes a client with the right retries.
    pub fn new(client: Client, tables: Tables, metrics: Metrics) -> Self {
        Self(Arc::new(Shared {
            client,
            tables,
            metrics,
            marks: Marks::default(),
        }))
    }

    pub(crate) fn client(&self) -> &Client {
        &self.0.client
    }

    pub(crate) fn tables(&self) -> &Tables {
        &self.0.tables
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    pub(crate) fn marks(&self) -> &Marks {
        &self.0.marks
    }

    /// Reads one item.
    pub(crate) async fn get(
        &self,
        table: &str,
        key: Key,
        consistency: Consistency,
        operation: &'static str,
    ) -> Result<Option<Item>, StoreError> {
        let call = self
            .client()
            .get_item()
            .table_name(table)
            .set_key(Some(key.into_item()))
            .consistent_read(consistency == Consistency::Strong);
        let output = call
            .send()
            .await
            .map_err(|error| StoreError::from_sdk(operation, &error))?;
        Ok(output.item)
    }

    /// Reads these attributes of one item, as last written.
    pub(crate) async fn get_attributes(
        &self,
        table: &str,
        key: Key,
        attributes: &[&str],
        operation: &'static str,
    ) -> Result<Option<Item>, StoreError> {
        let (expression, names) = projection(attributes);
        let call = self
            .client()
            .get_item()
            .table_name(table)
            .set_key(Some(key.into_item()))
            .consistent_read(true)
            .projection_expression(expression)
            .set_expression_attribute_names(Some(names));
        let output = call
            .send()
            .await
            .map_err(|error| StoreError::from_sdk(operation, &error))?;
        Ok(output.item)
    }
}

/// The expression for reading these attributes and no other, and the names in it.
pub(crate) fn projection(attributes: &[&str]) -> (String, HashMap<String, String>) {
    let names = attributes.iter().enumerate();
    let names: HashMap<_, _> = names
        .map(|(index, name)| (format!("#p{index}"), (*name).to_owned()))
        .collect();
    let expression: Vec<_> = names.keys().map(String::as_str).collect();
    (expression.join(", "), names)
}

/// Whether a read sees every write that was answered before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Consistency {
    /// It does, at one read unit per 4 KB.
    Strong,
    /// It may not for some milliseconds, at half the price.
    Eventual,
}

/// The condition of a put that must not replace anything.
pub(crate) fn absent() -> String {
    format!("attribute_not_exists({PK})")
}

/// Whether a write was refused by its own condition.
pub(crate) fn condition_failed<E: ProvideErrorMetadata>(error: &SdkError<E>) -> bool {
    error.code() == Some("ConditionalCheckFailedException")
}
