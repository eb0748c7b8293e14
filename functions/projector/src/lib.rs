//! The event log's stream, projected to timelines.
//!
//! One invocation is one window: the events of all its records are gathered by profile, and each
//! profile gets one timeline item. The item's key is made of its events, so a redelivered window
//! writes the same items again.

pub mod rebuild;
mod window;

use std::collections::BTreeSet;
use std::sync::Arc;

use aws_lambda_events::dynamodb::{Event, EventRecord};
use aws_lambda_events::streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse};
use edge::Runtime;
use event::Clock;
use store::{Store, StoredChunk};
use telemetry::Metrics;

use crate::window::Window;

/// Projects what the stream brings.
#[derive(Debug)]
pub struct Projector {
    store: Store,
    metrics: Metrics,
    clock: Arc<dyn Clock>,
}

impl Projector {
    /// A projector for this process.
    pub fn new(runtime: &Runtime) -> Self {
        Self {
            store: runtime.store.clone(),
            metrics: runtime.metrics.clone(),
            clock: Arc::clone(&runtime.clock),
        }
    }

    /// Projects one batch of records. Names those that failed: the stream brings them again, and what
    /// came after the first of them too.
    pub async fn handle(&self, batch: Event) -> DynamoDbEventResponse {
        let mut failed = BTreeSet::new();
        let mut window = Window::default();
        for (place, record) in batch.records.iter().enumerate() {
            match self.take(&mut window, place, record) {
                Ok(()) => {}
                Err(error) => {
                    tracing::error!(%error, "a record of the stream cannot be projected");
                    failed.insert(place);
                }
            }
        }
        for (place, error) in window.write(&self.store).await {
            tracing::warn!(%error, "timelines could not be written");
            failed.insert(place);
        }
        response(&batch, &failed)
    }

    fn take(
        &self,
        window: &mut Window,
        place: usize,
        record: &EventRecord,
    ) -> Result<(), store::StoreError> {
        // What is changed or expires in the log was projected when it came.
        if record.event_name != "INSERT" {
            return Ok(());
        }
        let chunk = StoredChunk::from_stream(record.change.new_image.clone())?;
        let lag = self.clock.now().since(chunk.meta.received_at);
        self.metrics.projector_lag(&chunk.meta.workspace, lag);
        window.add(place, &chunk)
    }
}

fn response(batch: &Event, failed: &BTreeSet<usize>) -> DynamoDbEventResponse {
    let mut response = DynamoDbEventResponse::default();
    response.batch_item_failures = failed
        .iter()
        .filter_map(|place| batch.records.get(*place))
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
