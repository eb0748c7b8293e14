//! Reads the capacity that DynamoDB reports, which for reads the store does not ask for.

use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::config::interceptors::{
    AfterDeserializationInterceptorContextRef, BeforeSerializationInterceptorContextMut,
};
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use aws_sdk_dynamodb::operation::batch_write_item::BatchWriteItemOutput;
use aws_sdk_dynamodb::operation::get_item::{GetItemInput, GetItemOutput};
use aws_sdk_dynamodb::operation::put_item::PutItemOutput;
use aws_sdk_dynamodb::operation::query::{QueryInput, QueryOutput};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsOutput;
use aws_sdk_dynamodb::operation::update_item::UpdateItemOutput;
use aws_sdk_dynamodb::types::{ConsumedCapacity, ReturnConsumedCapacity};

#[derive(Debug, Clone, Default)]
pub(crate) struct Probe(Arc<Mutex<f64>>);

impl Probe {
    /// The units consumed since the last call.
    pub(crate) fn take(&self) -> f64 {
        std::mem::take(&mut *self.0.lock().unwrap())
    }

    fn add<'a>(&self, consumed: impl IntoIterator<Item = &'a ConsumedCapacity>) {
        let units = consumed
            .into_iter()
            .filter_map(ConsumedCapacity::capacity_units);
        *self.0.lock().unwrap() += units.sum::<f64>();
    }
}

impl Intercept for Probe {
    fn name(&self) -> &'static str {
        "Probe"
    }

    fn modify_before_serialization(
        &self,
        context: &mut BeforeSerializationInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let input = context.input_mut();
        if let Some(input) = input.downcast_mut::<GetItemInput>() {
            input.return_consumed_capacity = Some(ReturnConsumedCapacity::Total);
        } else if let Some(input) = input.downcast_mut::<QueryInput>() {
            input.return_consumed_capacity = Some(ReturnConsumedCapacity::Total);
        }
        Ok(())
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let Ok(output) = context.output_or_error() else {
            return Ok(());
        };
        if let Some(output) = output.downcast_ref::<GetItemOutput>() {
            self.add(&output.consumed_capacity);
        } else if let Some(output) = output.downcast_ref::<QueryOutput>() {
            self.add(&output.consumed_capacity);
        } else if let Some(output) = output.downcast_ref::<PutItemOutput>() {
            self.add(&output.consumed_capacity);
        } else if let Some(output) = output.downcast_ref::<UpdateItemOutput>() {
            self.add(&output.consumed_capacity);
        } else if let Some(output) = output.downcast_ref::<TransactWriteItemsOutput>() {
            self.add(output.consumed_capacity());
        } else if let Some(output) = output.downcast_ref::<BatchWriteItemOutput>() {
            self.add(output.consumed_capacity());
        }
        Ok(())
    }
}
