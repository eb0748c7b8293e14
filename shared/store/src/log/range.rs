//! Chunks of a range of time.

use std::collections::VecDeque;
use std::time::Duration;

use event::chunk::SHARDS;
use event::{Day, Signal, Timestamp, WorkspaceId};
use tokio::task::JoinHandle;

use super::{StoredChunk, item};
use crate::query::{Order, Page, Range};
use crate::schema::Item;
use crate::schema::events;
use crate::store::Consistency;
use crate::{Cause, Store, StoreError};

const OPERATION: &str = "reading the log";
/// Partitions read at the same time.
const IN_FLIGHT: usize = 8;
/// A chunk holds events of one UTC hour, so its first lies at most so long before any of them.
const CHUNK_SPAN: Duration = Duration::from_hours(1);

impl Store {
    /// The chunks with events of that signal from `from` on and before `to`.
    ///
    /// Days come in order; the chunks of a day come partition by partition. A chunk at the edge of
    /// the range holds events beyond it, too.
    pub fn chunks(
        &self,
        workspace: &WorkspaceId,
        signal: Signal,
        from: Timestamp,
        to: Timestamp,
    ) -> ChunkPages {
        let first = from.minus(CHUNK_SPAN);
        ChunkPages {
            store: self.clone(),
            workspace: workspace.clone(),
            signal,
            from,
            to,
            sort: events::sort_range(first, to),
            next_partition: (first.day(), 0),
            in_flight: VecDeque::new(),
        }
    }
}

/// Pages of chunks, read ahead.
#[derive(Debug)]
pub struct ChunkPages {
    store: Store,
    workspace: WorkspaceId,
    signal: Signal,
    from: Timestamp,
    to: Timestamp,
    sort: (String, String),
    next_partition: (Day, u8),
    in_flight: VecDeque<(Range, Reading)>,
}

/// Aborts the read it stands for when dropped.
#[derive(Debug)]
struct Reading(JoinHandle<Result<Page, StoreError>>);

impl Drop for Reading {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl ChunkPages {
    /// The next page, up to 1 MB of chunks, never an empty one; `None` at the end.
    pub async fn next(&mut self) -> Result<Option<Vec<StoredChunk>>, StoreError> {
        loop {
            self.read_ahead();
            let Some((range, mut reading)) = self.in_flight.pop_front() else {
                return Ok(None);
            };
            let failed = || StoreError::Unavailable {
                operation: OPERATION,
                cause: Cause::Failed,
            };
            let page = (&mut reading.0).await.map_err(|_| failed())??;
            if let Some(start) = page.next {
                let reading = self.read(&range, Some(start));
                self.in_flight.push_front((range, reading));
            }
            let mut chunks = Vec::with_capacity(page.items.len());
            for item in &page.items {
                let chunk = item::to_chunk(item)?;
                if chunk.max_time >= self.from && chunk.key.first_time < self.to {
                    chunks.push(chunk);
                }
            }
            if !chunks.is_empty() {
                return Ok(Some(chunks));
            }
        }
    }

    fn read_ahead(&mut self) {
        while self.in_flight.len() < IN_FLIGHT {
            let (day, shard) = self.next_partition;
            if self.from >= self.to || day.start() >= self.to {
                return;
            }
            let (from, to) = self.sort.clone();
            let pk = events::partition(&self.workspace, self.signal, day, shard);
            let range = Range { pk, from, to };
            let reading = self.read(&range, None);
            self.in_flight.push_back((range, reading));
            self.next_partition = if shard + 1 == SHARDS {
                (day.next(), 0)
            } else {
                (day, shard + 1)
            };
        }
    }

    fn read(&self, range: &Range, start: Option<Item>) -> Reading {
        let (store, range) = (self.store.clone(), range.clone());
        Reading(tokio::spawn(async move {
            let table = &store.tables().events;
            let (order, consistency) = (Order::Ascending, Consistency::Eventual);
            store
                .query_page(table, &range, order, consistency, start, OPERATION)
                .await
        }))
    }
}
