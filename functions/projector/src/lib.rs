//! The event log's stream, projected to timelines and to the usage of keys; and what it starts: runs of
//! workflows.
//!
//! One invocation is one window: the events of all its records are gathered by profile, and each
//! profile gets one timeline item. The item's key is made of its events, so a redelivered window
//! writes the same items again.
//!
//! The newest events are listed for the live view, one item per workspace.
//!
//! The chunks are counted for their keys, too, by hour of receipt. A count is no item of its own, so
//! what comes again is told by its place in the stream: the store keeps how far it counted.

mod live;
pub mod rebuild;
mod starts;
mod usage;
mod window;

use std::collections::BTreeSet;
use std::sync::Arc;

use aws_lambda_events::dynamodb::{Event, EventRecord};
use aws_lambda_events::streams::DynamoDbEventResponse;
use edge::Runtime;
use edge::stream::failures;
use event::{Clock, Signal};
use store::{Sequence, Store, StoreError, StoredChunk};
use telemetry::Metrics;

use crate::live::Live;
use crate::starts::Starts;
use crate::usage::{Usage, names, only_name};
use crate::window::Window;

/// What the records of one batch bring.
#[derive(Debug, Default)]
struct Gathered {
    window: Window,
    usage: Usage,
    live: Live,
}

/// Projects what the stream brings.
#[derive(Debug)]
pub struct Projector {
    store: Store,
    metrics: Metrics,
    clock: Arc<dyn Clock>,
    starts: Starts,
}

impl Projector {
    /// A projector for this process.
    pub fn new(runtime: &Runtime) -> Self {
        Self {
            store: runtime.store.clone(),
            metrics: runtime.metrics.clone(),
            clock: Arc::clone(&runtime.clock),
            starts: Starts::new(runtime.store.clone(), Arc::clone(&runtime.clock)),
        }
    }

    /// Projects one batch of records. Names those that failed: the stream brings them again, and what
    /// came after the first of them too.
    pub async fn handle(&self, batch: Event) -> DynamoDbEventResponse {
        let mut failed = BTreeSet::new();
        let mut gathered = Gathered::default();
        let mut chunks = Vec::new();
        for (place, record) in batch.records.iter().enumerate() {
            match self.take(&mut gathered, place, record) {
                Ok(None) => {}
                Ok(Some(chunk)) => chunks.push((place, chunk)),
                Err(error) => {
                    tracing::error!(%error, "a record of the stream cannot be projected");
                    failed.insert(place);
                }
            }
        }
        let Gathered {
            window,
            usage,
            live,
        } = gathered;
        // On the heap: side by side they are too large for the future around them.
        let timelines = Box::pin(window.write(&self.store));
        let usage = Box::pin(usage.write(&self.store));
        let live = Box::pin(live.write(&self.store));
        let starts = Box::pin(self.starts.start(chunks));
        let (timelines, usage, (), starts) = tokio::join!(timelines, usage, live, starts);
        for (place, error) in timelines {
            tracing::warn!(%error, "timelines could not be written");
            failed.insert(place);
        }
        for (place, error) in usage {
            tracing::warn!(%error, "usage could not be counted");
            failed.insert(place);
        }
        for (place, error) in starts {
            tracing::warn!(%error, "runs of workflows could not be started");
            failed.insert(place);
        }
        failures(&batch, &failed)
    }

    /// Takes what a record brings; the chunk, where it may start runs.
    fn take(
        &self,
        gathered: &mut Gathered,
        place: usize,
        record: &EventRecord,
    ) -> Result<Option<StoredChunk>, StoreError> {
        // What is changed or expires in the log was projected when it came.
        if record.event_name != "INSERT" {
            return Ok(None);
        }
        let chunk = StoredChunk::from_stream(record.change.new_image.clone())?;
        let lag = self.clock.now().since(chunk.meta.received_at);
        self.metrics.projector_lag(&chunk.meta.workspace, lag);
        let sequence = record.change.sequence_number.as_deref();
        let sequence = Sequence::parse(sequence.unwrap_or_default())?;
        gathered.usage.count(place, &sequence, &chunk);
        let shown = chunk.meta.signal == Signal::Events;
        let events = if shown || only_name(&chunk).is_none() {
            Some(chunk.events()?)
        } else {
            None
        };
        let names = names(&chunk, events.as_deref());
        gathered.live.add(&chunk, &names, events.as_deref());
        gathered.usage.add_traffic(place, sequence, &chunk, names);
        if let Some(events) = events.filter(|_| shown) {
            gathered.window.add(place, &chunk, events);
        }
        let may_start = shown || chunk.meta.signal == Signal::Triggers;
        Ok(may_start.then_some(chunk))
    }
}
