//! How much each key was used, and by whom, gathered from the chunks of one invocation.

use std::collections::BTreeMap;

use event::{Event, KeyId, Timestamp, WorkspaceId};
use store::{
    Cause, Receipt, Sequence, Store, StoreError, StoredChunk, StreamedReceipt, TrafficChunk,
    TrafficPart, UsagePart,
};
use tokio::task::JoinSet;

/// Writes under way at the same time.
const MAX_WRITES: usize = 16;

/// What the records of one batch bring to usage.
#[derive(Debug, Default)]
pub(crate) struct Usage {
    accepted: BTreeMap<UsagePart, Gathered<StreamedReceipt>>,
    traffic: BTreeMap<TrafficPart, Gathered<TrafficChunk>>,
    /// When each key was last used.
    last_used: BTreeMap<(WorkspaceId, KeyId), (usize, Timestamp)>,
}

#[derive(Debug)]
struct Gathered<T> {
    /// The first record that brought something: from here on the stream must deliver again if it
    /// cannot be written.
    first_record: usize,
    chunks: Vec<T>,
}

impl Usage {
    /// Counts a chunk; `record` is the place of its record in the batch.
    pub(crate) fn count(&mut self, record: usize, sequence: &Sequence, chunk: &StoredChunk) {
        let receipt = StreamedReceipt {
            shard: chunk.key.shard,
            sequence: sequence.clone(),
            receipt: Receipt::of(chunk),
        };
        push(&mut self.accepted, UsagePart::of(chunk), record, receipt);
        let key = (chunk.meta.workspace.clone(), chunk.meta.key_id.clone());
        let (_, last) = self
            .last_used
            .entry(key)
            .or_insert((record, chunk.meta.received_at));
        *last = chunk.meta.received_at.max(*last);
    }

    /// Adds who sent which events.
    pub(crate) fn add_traffic(
        &mut self,
        record: usize,
        sequence: Sequence,
        chunk: &StoredChunk,
        events: BTreeMap<String, u64>,
    ) {
        let sent = TrafficChunk {
            shard: chunk.key.shard,
            sequence,
            address: chunk.meta.address,
            opens_request: !chunk.meta.continues_request,
            source: chunk.meta.source,
            events,
        };
        push(&mut self.traffic, TrafficPart::of(chunk), record, sent);
    }

    /// Writes everything, several items at a time. Returns the first record of each item that could
    /// not be written, and why.
    pub(crate) async fn write(self, store: &Store) -> Vec<(usize, StoreError)> {
        let mut writes = Writes::default();
        for ((workspace, key), (record, at)) in self.last_used {
            let store = store.clone();
            let write = async move { store.mark_used(&workspace, &key, at).await };
            writes.start(record, write).await;
        }
        for (part, gathered) in self.accepted {
            let store = store.clone();
            let write = async move { store.count_accepted(&part, gathered.chunks).await };
            writes.start(gathered.first_record, write).await;
        }
        for (part, gathered) in self.traffic {
            let store = store.clone();
            let write = async move { store.add_traffic(&part, &gathered.chunks).await };
            writes.start(gathered.first_record, write).await;
        }
        writes.finish().await
    }
}

fn push<K: Ord, T>(map: &mut BTreeMap<K, Gathered<T>>, part: K, record: usize, chunk: T) {
    let gathered = map.entry(part).or_insert_with(|| Gathered {
        first_record: record,
        chunks: Vec::new(),
    });
    gathered.chunks.push(chunk);
}

/// How many events of each name a chunk holds. `events` are there where its list of names does not say
/// it already.
pub(crate) fn names(chunk: &StoredChunk, events: Option<&[Event<'_>]>) -> BTreeMap<String, u64> {
    let mut names = BTreeMap::<String, u64>::new();
    if let Some(events) = events {
        for event in events {
            if let Some(count) = names.get_mut(&*event.name) {
                *count += 1;
            } else {
                names.insert(event.name.clone().into_owned(), 1);
            }
        }
    } else if let Some(name) = only_name(chunk) {
        names.insert(name.to_owned(), chunk.count.into());
    }
    names
}

/// The name of all events of the chunk, if they have one and the chunk lists it.
pub(crate) fn only_name(chunk: &StoredChunk) -> Option<&str> {
    match chunk.names.as_deref() {
        Some([name]) => Some(name),
        _ => None,
    }
}

/// Writes under way, and those that failed.
#[derive(Default)]
struct Writes {
    running: JoinSet<(usize, Result<(), StoreError>)>,
    failed: Vec<(usize, StoreError)>,
}

impl Writes {
    async fn start(
        &mut self,
        record: usize,
        write: impl Future<Output = Result<(), StoreError>> + Send + 'static,
    ) {
        if self.running.len() >= MAX_WRITES {
            self.join().await;
        }
        self.running.spawn(async move { (record, write.await) });
    }

    async fn finish(mut self) -> Vec<(usize, StoreError)> {
        while !self.running.is_empty() {
            self.join().await;
        }
        self.failed
    }

    async fn join(&mut self) {
        match self.running.join_next().await {
            Some(Ok((record, Err(error)))) => self.failed.push((record, error)),
            Some(Ok((_, Ok(())))) | None => {}
            // Nobody knows which: everything comes again.
            Some(Err(_)) => self.failed.push((
                0,
                StoreError::Unavailable {
                    operation: "counting usage",
                    cause: Cause::Failed,
                },
            )),
        }
    }
}
