//! Chunks into the log.

use std::collections::HashMap;

use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use event::WorkspaceId;
use event::chunk::Chunk;

use super::{ChunkMeta, StoredChunk, item};
use crate::meter::{Meter, units, units_of_put};
use crate::parallel::in_parallel;
use crate::schema::Item;
use crate::store::{absent, condition_failed};
use crate::{Store, StoreError};

const OPERATION: &str = "appending to the log";

impl Store {
    /// Puts one chunk, unless it is there, which is as good. Its write and nothing else.
    pub async fn append(&self, meta: &ChunkMeta, chunk: Chunk) -> Result<(), StoreError> {
        self.put_chunk(&meta.workspace, item::from_chunk(meta, chunk))
            .await
    }

    /// Puts the chunks of one request, several at a time, in no order. All but the first are marked as
    /// such that another one opens the request.
    ///
    /// An error says that some are missing. Those that were put stay: the same request sent again
    /// finds them and adds the rest.
    pub async fn append_all(
        &self,
        meta: &ChunkMeta,
        mut chunks: Vec<Chunk>,
    ) -> Result<(), StoreError> {
        // Nearly every request makes one chunk: that needs no task.
        if chunks.len() == 1
            && let Some(chunk) = chunks.pop()
        {
            return self.append(meta, chunk).await;
        }
        let further = ChunkMeta {
            continues_request: true,
            ..meta.clone()
        };
        let puts = chunks.into_iter().enumerate().map(|(index, chunk)| {
            let (store, workspace) = (self.clone(), meta.workspace.clone());
            let item = match index {
                0 => item::from_chunk(meta, chunk),
                _ => item::from_chunk(&further, chunk),
            };
            async move { store.put_chunk(&workspace, item).await }
        });
        in_parallel(puts, OPERATION).await?;
        Ok(())
    }

    async fn put_chunk(&self, workspace: &WorkspaceId, item: Item) -> Result<(), StoreError> {
        let units_if_refused = units_of_put(&item);
        let meter = Meter::start(self.metrics(), workspace);
        let call = self
            .client()
            .put_item()
            .table_name(&self.tables().events)
            .set_item(Some(item))
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
                meter.written(units_if_refused);
                Ok(())
            }
            Err(error) => {
                meter.failed();
                Err(StoreError::from_sdk(OPERATION, &error))
            }
        }
    }
}

impl StoredChunk {
    /// Reads the image of an item of the events table.
    pub fn from_image(image: &HashMap<String, AttributeValue>) -> Result<Self, StoreError> {
        item::to_chunk(image)
    }

    /// Reads the new image in a record of the events table's stream.
    pub fn from_stream(image: serde_dynamo::Item) -> Result<Self, StoreError> {
        item::to_chunk(&image.into())
    }
}
