//! Answers to records of a DynamoDB stream.

use std::collections::BTreeSet;

use aws_lambda_events::dynamodb::Event;
use aws_lambda_events::streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse};

/// Names the records at these places of the batch as those that the stream has to bring again.
pub fn failures(batch: &Event, failed: &BTreeSet<usize>) -> DynamoDbEventResponse {
    let records = failed.iter().filter_map(|place| batch.records.get(*place));
    let mut response = DynamoDbEventResponse::default();
    response.batch_item_failures = records
        .map(|record| {
            let mut failure = DynamoDbBatchItemFailure::default();
            failure
                .item_identifier
                .clone_from(&record.change.sequence_number);
            failure
        })
        .collect();
    response
}
