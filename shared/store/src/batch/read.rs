//! Reads in batches.

use std::collections::{HashMap, VecDeque};

use aws_sdk_dynamodb::types::KeysAndAttributes;

use super::{MAX_IDLE_CALLS, incomplete};
use crate::pause::pause;
use crate::schema::{Item, Key};
use crate::store::projection;
use crate::{Cause, Store, StoreError};

/// Most reads that DynamoDB takes in one call.
const MAX_READS: usize = 100;

impl Store {
    /// The items with these keys, strongly consistent, in no order; missing ones are left out.
    pub(crate) async fn get_all(
        &self,
        table: &str,
        keys: Vec<Key>,
        operation: &'static str,
    ) -> Result<Vec<Item>, StoreError> {
        self.get_all_with(table, keys, None, operation).await
    }

    /// The same, where attributes are named only with these.
    pub(crate) async fn get_all_with(
        &self,
        table: &str,
        keys: Vec<Key>,
        attributes: Option<&[&str]>,
        operation: &'static str,
    ) -> Result<Vec<Item>, StoreError> {
        let mut waiting: VecDeque<Item> = keys.into_iter().map(Key::into_item).collect();
        let mut items = Vec::new();
        let mut idle = 0;
        while !waiting.is_empty() {
            let batch: Vec<_> = waiting.drain(..waiting.len().min(MAX_READS)).collect();
            let (found, left) = self.get_batch(table, batch, attributes, operation).await?;
            // An answer holds 16 MB at most; the rest is left over and no sign of trouble.
            if found.is_empty() && !left.is_empty() {
                idle += 1;
                if idle == MAX_IDLE_CALLS {
                    return Err(StoreError::Unavailable {
                        operation,
                        cause: Cause::Throttled,
                    });
                }
                pause(idle).await;
            } else {
                idle = 0;
            }
            items.extend(found);
            waiting.extend(left);
        }
        Ok(items)
    }

    async fn get_batch(
        &self,
        table: &str,
        keys: Vec<Item>,
        attributes: Option<&[&str]>,
        operation: &'static str,
    ) -> Result<(Vec<Item>, Vec<Item>), StoreError> {
        let (expression, names) = attributes.map(projection).unzip();
        let wanted = KeysAndAttributes::builder()
            .set_keys(Some(keys))
            .set_projection_expression(expression)
            .set_expression_attribute_names(names)
            .consistent_read(true);
        let wanted = wanted.build().map_err(incomplete)?;
        let call = self.client().batch_get_item().request_items(table, wanted);
        let output = call
            .send()
            .await
            .map_err(|error| StoreError::from_sdk(operation, &error))?;
        let found = output
            .responses
            .unwrap_or_default()
            .into_values()
            .flatten()
            .collect();
        let left: HashMap<_, _> = output.unprocessed_keys.unwrap_or_default();
        let left = left.into_values().flat_map(|wanted| wanted.keys).collect();
        Ok((found, left))
    }
}
