//! What functions count themselves: refusals, and requests that leave no trace in the log.

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::ReturnConsumedCapacity;
use event::{KeyId, Timestamp, WorkspaceId};

use super::{DirectCounts, RETENTION};
use crate::fields::{moment, number};
use crate::meter::{Meter, units};
use crate::schema::TTL;
use crate::schema::activity::{self, attribute, named_counter};
use crate::{Store, StoreError};

const OPERATION: &str = "counting refusals";

impl Store {
    /// Adds a function's counts of one key and the hour in which `hour` lies: one write unit.
    ///
    /// A call whose answer was lost on the way is repeated and may then count twice: what is
    /// refused is told at least once.
    pub async fn count_direct(
        &self,
        workspace: &WorkspaceId,
        key: &KeyId,
        hour: Timestamp,
        counts: &DirectCounts,
    ) -> Result<(), StoreError> {
        let sums = [
            (attribute::REFUSED, &counts.refused),
            (attribute::CALLS, &counts.calls),
        ];
        let sums: Vec<_> = sums
            .into_iter()
            .flat_map(|(prefix, sums)| {
                sums.iter().map(move |(name, count)| {
                    (named_counter(prefix, hour.hour_of_day(), name), *count)
                })
            })
            .collect();
        if sums.is_empty() {
            return Ok(());
        }
        let (day, expires_at) = (hour.day(), hour.day().next().start().plus(RETENTION));
        let meter = Meter::start(self.metrics(), workspace);
        let mut call = self
            .client()
            .update_item()
            .table_name(&self.tables().activity)
            .set_key(Some(activity::direct(workspace, key, day).into_item()))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .expression_attribute_names("#ttl", TTL)
            .expression_attribute_values(":ttl", number(expires_at.as_secs()));
        let mut set = "SET #ttl = :ttl".to_owned();
        if let Some(last_call) = counts.last_call {
            set.push_str(", #used = :used");
            call = call
                .expression_attribute_names("#used", attribute::LAST_USED)
                .expression_attribute_values(":used", moment(last_call));
        }
        let mut add = Vec::with_capacity(sums.len());
        for (index, (name, count)) in sums.into_iter().enumerate() {
            add.push(format!("#c{index} :c{index}"));
            call = call
                .expression_attribute_names(format!("#c{index}"), name)
                .expression_attribute_values(format!(":c{index}"), number(count));
        }
        let call = call
            .update_expression(format!("{set} ADD {}", add.join(", ")))
            .customize()
            .interceptor(meter.throttles::<UpdateItemError>());
        match call.send().await {
            Ok(output) => {
                meter.written(units(output.consumed_capacity()));
                Ok(())
            }
            Err(error) => {
                meter.failed();
                Err(StoreError::from_sdk(OPERATION, &error))
            }
        }
    }
}
