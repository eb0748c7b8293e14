//! Puts of single items that may be replaced and may be lost.

use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::ReturnConsumedCapacity;
use event::WorkspaceId;

use crate::meter::{Meter, units};
use crate::schema::Item;
use crate::{Store, StoreError};

impl Store {
    /// Puts the item into the activity table, whatever was there before.
    pub(crate) async fn put_activity(
        &self,
        workspace: &WorkspaceId,
        item: Item,
        operation: &'static str,
    ) -> Result<(), StoreError> {
        let meter = Meter::start(self.metrics(), workspace);
        let call = self
            .client()
            .put_item()
            .table_name(&self.tables().activity)
            .set_item(Some(item))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .customize()
            .interceptor(meter.throttles::<PutItemError>());
        match call.send().await {
            Ok(output) => {
                meter.written(units(output.consumed_capacity()));
                Ok(())
            }
            Err(error) => {
                meter.failed();
                Err(StoreError::from_sdk(operation, &error))
            }
        }
    }
}
