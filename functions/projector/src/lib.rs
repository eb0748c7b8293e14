//! The event log's stream, projected to timelines and to the usage of keys.
//!
//! One invocation is one window: the events of all its records are gathered by profile, and each
//! profile gets one timeline item. The item's key is made of its events, so a redelivered window
//! writes the same items again.
//!
//! The chunks are counted for their keys, too, by hour of receipt. A count is no item of its own, so
//! what comes again is told by its place in the stream: the store keeps how far it counted.

pub mod rebuild;
mod usage;
mod window;

use std::collections::BTreeSet;
use std::sync::Arc;

use aws_lambda_events::dynamodb::{Event, EventRecord};
use aws_lambda_events::streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse};
use edge::Runtime;
use event::{Clock, Signal};
use store::{Sequence, Store, StoreError, StoredChunk};
use telemetry::Metrics;

use crate::usage::{Usage, names, only_name};
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
        let (mut window, mut usage) = (Window::default(), Usage::default());
        for (place, record) in batch.records.iter().enumerate() {
            match self.take(&mut window, &mut usage, place, record) {
                Ok(()) => {}
                Err(error) => {
                    tracing::error!(%error, "a record of the stream cannot be projected");
                    failed.insert(place);
                }
            }
        }
        // On the heap: side by side they are too large for the future around them.
        let timelines = Box::pin(window.write(&self.store));
        let usage = Box::pin(usage.write(&self.store));
        let (timelines, usage) = tokio::join!(timelines, usage);
        for (place, error) in timelines {
            tracing::warn!(%error, "timelines could not be written");
            failed.insert(place);
        }
        for (place, error) in usage {
            tracing::warn!(%error, "usage could not be counted");
            failed.insert(place);
        }
        response(&batch, &failed)
    }

    fn take(
        &self,
        window: &mut Window,
        usage: &mut Usage,
        place: usize,
        record: &EventRecord,
    ) -> Result<(), StoreError> {
        // What is changed or expires in the log was projected when it came.
        if record.event_name != "INSERT" {
            return Ok(());
        }
        let chunk = StoredChunk::from_stream(record.change.new_image.clone())?;
        let lag = self.clock.now().since(chunk.meta.received_at);
        self.metrics.projector_lag(&chunk.meta.workspace, lag);
        let sequence = record.change.sequence_number.as_deref();
        let sequence = Sequence::parse(sequence.unwrap_or_default())?;
        usage.count(place, &sequence, &chunk);
        let shown = chunk.meta.signal == Signal::Events;
        let events = if shown || only_name(&chunk).is_none() {
            Some(chunk.events()?)
        } else {
            None
        };
        let names = names(&chunk, events.as_deref());
        usage.add_traffic(place, sequence, &chunk, names);
        if let Some(events) = events.filter(|_| shown) {
            window.add(place, &chunk, events);
        }
        Ok(())
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
