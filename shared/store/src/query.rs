//! Queries of one partition, and of one for each day.

mod newest;

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use event::Timestamp;

use crate::fields::{self, Fields, text};
use crate::schema::{Item, Key, PK, SK};
use crate::store::Consistency;
use crate::{Store, StoreError};

pub(crate) use newest::Newest;

/// Part of a partition: the sort keys from `from` to `to`, both included. With `to` before `from` it is
/// empty; DynamoDB would refuse to be asked for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) pk: String,
    pub(crate) from: String,
    pub(crate) to: String,
}

impl Range {
    fn is_empty(&self) -> bool {
        self.to < self.from
    }
}

/// One answer to a query.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) items: Vec<Item>,
    /// Where the next page starts; `None`: this is the last one.
    pub(crate) next: Option<Item>,
}

/// Which way a query goes through its range, and how far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// In the order of the sort keys.
    Ascending,
    /// Against the order of the sort keys, so many items at most.
    Descending(i32),
}

impl Store {
    /// One page of the range, beginning behind `start`.
    pub(crate) async fn query_page(
        &self,
        table: &str,
        range: &Range,
        order: Order,
        consistency: Consistency,
        start: Option<Item>,
        operation: &'static str,
    ) -> Result<Page, StoreError> {
        if range.is_empty() {
            return Ok(Page::default());
        }
        let query = self
            .query(table, range)
            .consistent_read(consistency == Consistency::Strong);
        let query = match order {
            Order::Ascending => query,
            Order::Descending(limit) => query.scan_index_forward(false).limit(limit),
        };
        let output = query
            .set_exclusive_start_key(start)
            .send()
            .await
            .map_err(|error| StoreError::from_sdk(operation, &error))?;
        let next = output.last_evaluated_key.filter(|key| !key.is_empty());
        Ok(Page {
            items: output.items.unwrap_or_default(),
            next,
        })
    }

    /// Every item of the range, in the order of the sort keys.
    pub(crate) async fn query_all(
        &self,
        table: &str,
        range: &Range,
        consistency: Consistency,
        operation: &'static str,
    ) -> Result<Vec<Item>, StoreError> {
        let mut items = Vec::new();
        let mut start = None;
        loop {
            let order = Order::Ascending;
            let page = self
                .query_page(table, range, order, consistency, start, operation)
                .await?;
            items.extend(page.items);
            start = page.next;
            if start.is_none() {
                return Ok(items);
            }
        }
    }

    /// The keys of the items of the range, or of those whose moment `until.0` is not after
    /// `until.1`.
    pub(crate) async fn query_keys(
        &self,
        table: &str,
        range: &Range,
        until: Option<(&str, Timestamp)>,
        operation: &'static str,
    ) -> Result<Vec<Key>, StoreError> {
        if range.is_empty() {
            return Ok(Vec::new());
        }
        let mut keys = Vec::new();
        let mut start = None;
        loop {
            let mut query = self
                .query(table, range)
                .consistent_read(true)
                .projection_expression("#pk, #sk")
                .set_exclusive_start_key(start);
            if let Some((attribute, moment)) = until {
                query = query
                    .filter_expression("#until <= :until")
                    .expression_attribute_names("#until", attribute)
                    .expression_attribute_values(":until", fields::moment(moment));
            }
            let output = query
                .send()
                .await
                .map_err(|error| StoreError::from_sdk(operation, &error))?;
            for item in output.items.iter().flatten() {
                keys.push(key_of(item)?);
            }
            start = output.last_evaluated_key.filter(|key| !key.is_empty());
            if start.is_none() {
                return Ok(keys);
            }
        }
    }

    fn query(&self, table: &str, range: &Range) -> QueryFluentBuilder {
        self.client()
            .query()
            .table_name(table)
            .key_condition_expression("#pk = :pk AND #sk BETWEEN :from AND :to")
            .expression_attribute_names("#pk", PK)
            .expression_attribute_names("#sk", SK)
            .expression_attribute_values(":pk", text(&range.pk))
            .expression_attribute_values(":from", text(&range.from))
            .expression_attribute_values(":to", text(&range.to))
    }
}

/// The key of an item, or of an answer that holds only the key.
pub(crate) fn key_of(item: &Item) -> Result<Key, StoreError> {
    let fields = Fields::new(item, "key of an item");
    Ok(Key::new(fields.pk()?, fields.sk()?))
}
