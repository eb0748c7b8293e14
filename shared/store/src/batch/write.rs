//! Puts and deletes in batches.

use std::collections::VecDeque;

use aws_sdk_dynamodb::operation::batch_write_item::BatchWriteItemError;
use aws_sdk_dynamodb::types::{DeleteRequest, PutRequest, ReturnConsumedCapacity, WriteRequest};
use event::WorkspaceId;
use tokio::task::JoinSet;
use tracing::Instrument as _;

use super::{MAX_IDLE_CALLS, incomplete};
use crate::meter::{Meter, sum_of_units};
use crate::pause::pause;
use crate::schema::{Item, Key};
use crate::{Cause, Store, StoreError};

/// Most writes that DynamoDB takes in one call.
const MAX_WRITES: usize = 25;
/// Calls under way at the same time.
const MAX_CALLS: usize = 4;

impl Store {
    /// Puts the items, whatever was there before.
    pub(crate) async fn put_all(
        &self,
        table: &str,
        workspace: &WorkspaceId,
        items: Vec<Item>,
        operation: &'static str,
    ) -> Result<(), StoreError> {
        let request = |item| {
            let put = PutRequest::builder()
                .set_item(Some(item))
                .build()
                .map_err(incomplete)?;
            Ok(WriteRequest::builder().put_request(put).build())
        };
        let requests = items.into_iter().map(request).collect::<Result<_, _>>()?;
        self.write_all(table, workspace, requests, operation).await
    }

    /// Deletes the items with these keys; a missing one is as good as deleted.
    pub(crate) async fn delete_all(
        &self,
        table: &str,
        workspace: &WorkspaceId,
        keys: Vec<Key>,
        operation: &'static str,
    ) -> Result<(), StoreError> {
        let request = |key: Key| {
            let delete = DeleteRequest::builder().set_key(Some(key.into_item()));
            let delete = delete.build().map_err(incomplete)?;
            Ok(WriteRequest::builder().delete_request(delete).build())
        };
        let requests = keys.into_iter().map(request).collect::<Result<_, _>>()?;
        self.write_all(table, workspace, requests, operation).await
    }

    async fn write_all(
        &self,
        table: &str,
        workspace: &WorkspaceId,
        mut waiting: VecDeque<WriteRequest>,
        operation: &'static str,
    ) -> Result<(), StoreError> {
        let mut calls = JoinSet::new();
        let mut idle = 0;
        loop {
            while calls.len() < MAX_CALLS && !waiting.is_empty() {
                let batch: Vec<_> = waiting.drain(..waiting.len().min(MAX_WRITES)).collect();
                let (store, table, workspace) = (self.clone(), table.to_owned(), workspace.clone());
                let call = async move {
                    let size = batch.len();
                    let left = store
                        .write_batch(&table, &workspace, batch, operation)
                        .await?;
                    Ok::<_, StoreError>((left.len() < size, left))
                };
                calls.spawn(call.in_current_span());
            }
            let failed = |_| StoreError::Unavailable {
                operation,
                cause: Cause::Failed,
            };
            let Some(call) = calls.join_next().await else {
                return Ok(());
            };
            let (progress, left) = call.map_err(failed)??;
            if progress {
                idle = 0;
            }
            if !left.is_empty() {
                // DynamoDB leaves over what is throttled.
                idle += 1;
                if idle > MAX_IDLE_CALLS {
                    return Err(StoreError::Unavailable {
                        operation,
                        cause: Cause::Throttled,
                    });
                }
                pause(idle).await;
            }
            waiting.extend(left);
        }
    }

    /// What the database left over.
    async fn write_batch(
        &self,
        table: &str,
        workspace: &WorkspaceId,
        batch: Vec<WriteRequest>,
        operation: &'static str,
    ) -> Result<Vec<WriteRequest>, StoreError> {
        let meter = Meter::start(self.metrics(), workspace);
        let call = self
            .client()
            .batch_write_item()
            .request_items(table, batch)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .customize()
            .interceptor(meter.throttles::<BatchWriteItemError>());
        match call.send().await {
            Ok(output) => {
                meter.written(sum_of_units(output.consumed_capacity()));
                let left = output.unprocessed_items.unwrap_or_default();
                Ok(left.into_values().flatten().collect())
            }
            Err(error) => {
                meter.failed();
                Err(StoreError::from_sdk(operation, &error))
            }
        }
    }
}
