//! One reading of a table: pages come in on the runtime of the store, are decoded several at a time on
//! that of the CPU, and leave without what was met before.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use arrow::array::{BooleanArray, RecordBatch};
use arrow::compute::filter_record_batch;
use arrow::datatypes::SchemaRef;
use datafusion::common::runtime::SpawnedTask;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::PartitionStream;
use event::{Signal, Timestamp};
use futures_util::{StreamExt, stream};
use store::{Store, StoredChunk};
use tokio::runtime::Handle;
use tokio::sync::mpsc;

use super::page::{Page, Reading};
use super::range::{TimeRange, Wanted};
use super::seen::Seen;
use crate::{Limit, QueryError};

/// Pages that wait between the store and the CPU.
const WAITING: usize = 2;

/// What the scans of a query have read together, and how much they may.
#[derive(Debug)]
pub(crate) struct Meter {
    max_rows: u64,
    max_bytes: u64,
    rows: AtomicU64,
    bytes: AtomicU64,
    from: AtomicI64,
    to: AtomicI64,
}

/// What was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Scanned {
    pub(crate) rows: u64,
    pub(crate) bytes: u64,
    /// From the earliest to the latest moment that was asked for; `None`: nothing was.
    pub(crate) range: Option<TimeRange>,
}

impl Meter {
    pub(crate) fn new(max_rows: u64, max_bytes: u64) -> Self {
        Self {
            max_rows,
            max_bytes,
            rows: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            from: AtomicI64::new(i64::MAX),
            to: AtomicI64::new(i64::MIN),
        }
    }

    pub(crate) fn read(&self) -> Scanned {
        let [from, to] = [&self.from, &self.to]
            .map(|moment| Timestamp::from_millis(moment.load(Ordering::Relaxed)));
        Scanned {
            rows: self.rows.load(Ordering::Relaxed),
            bytes: self.bytes.load(Ordering::Relaxed),
            range: (from < to).then_some(TimeRange { from, to }),
        }
    }

    fn asked(&self, range: TimeRange) {
        self.from
            .fetch_min(range.from.as_millis(), Ordering::Relaxed);
        self.to.fetch_max(range.to.as_millis(), Ordering::Relaxed);
    }

    fn count(&self, chunks: &[StoredChunk]) -> std::result::Result<(), QueryError> {
        let rows = chunks.iter().map(|chunk| u64::from(chunk.count)).sum();
        let bytes = chunks.iter().map(|chunk| chunk.blob.len() as u64).sum();
        if self.rows.fetch_add(rows, Ordering::Relaxed) + rows > self.max_rows {
            return Err(QueryError::Limit(Limit::Rows(self.max_rows)));
        }
        if self.bytes.fetch_add(bytes, Ordering::Relaxed) + bytes > self.max_bytes {
            return Err(QueryError::Limit(Limit::Bytes(self.max_bytes)));
        }
        Ok(())
    }
}

/// A reading of one table, as far as a query wants it.
pub(super) struct Scan {
    pub(super) store: Store,
    /// Where the store's calls run.
    pub(super) io: Handle,
    pub(super) signal: Signal,
    pub(super) wanted: Wanted,
    /// What expires until then is left out, also while it is still in the log.
    pub(super) now: Timestamp,
    pub(super) reading: Arc<Reading>,
    pub(super) meter: Arc<Meter>,
    /// Pages that are decoded at the same time.
    pub(super) parallel: usize,
}

impl fmt::Debug for Scan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scan")
            .field("wanted", &self.wanted)
            .finish_non_exhaustive()
    }
}

impl PartitionStream for Scan {
    fn schema(&self) -> &SchemaRef {
        &self.reading.schema
    }

    fn execute(&self, context: Arc<TaskContext>) -> SendableRecordBatchStream {
        self.asked();
        let reading = Arc::clone(&self.reading);
        let decode = move |page: std::result::Result<Vec<StoredChunk>, QueryError>| {
            let reading = Arc::clone(&reading);
            let task = SpawnedTask::spawn(async move { reading.decode(&page?) });
            async move {
                let decoded = task.join().await;
                decoded.map_err(|_| QueryError::Internal("a page was not decoded"))?
            }
        };
        let reservation = MemoryConsumer::new("events").register(context.memory_pool());
        let mut once = Once {
            seen: Seen::default(),
            reservation,
        };
        let batches = stream::unfold(self.pages(), |mut pages| async move {
            let page = pages.recv().await?;
            Some((page, pages))
        })
        .map(decode)
        .buffered(self.parallel)
        .map(move |page| once.keep(page?));
        let schema = Arc::clone(&self.reading.schema);
        Box::pin(RecordBatchStreamAdapter::new(schema, batches))
    }
}

impl Scan {
    /// Notes what is read.
    pub(super) fn asked(&self) {
        self.meter.asked(self.wanted.range);
    }

    /// The pages of the range. Reading ends when nobody waits for them any more.
    pub(super) fn pages(
        &self,
    ) -> mpsc::Receiver<std::result::Result<Vec<StoredChunk>, QueryError>> {
        let (sender, receiver) = mpsc::channel(WAITING);
        let TimeRange { from, to } = self.wanted.range;
        let mut pages = self
            .store
            .chunks(&self.reading.workspace, self.signal, from, to);
        let (names, meter) = (self.wanted.names.clone(), Arc::clone(&self.meter));
        // A profile is made of all its updates.
        let (now, expires) = (self.now, self.signal != Signal::Profiles);
        let is_left = move |chunk: &StoredChunk| {
            let expires_at = chunk.meta.expires_at.filter(|_| expires);
            let is_wanted = |names: &Vec<String>| names.iter().any(|name| chunk.may_hold(name));
            expires_at.is_none_or(|moment| moment > now) && names.as_ref().is_none_or(is_wanted)
        };
        // The runtime is entered: the pages make tasks of their own.
        self.io.spawn(async move {
            loop {
                let page = tokio::select! {
                    page = pages.next() => page,
                    () = sender.closed() => return,
                };
                let page = match page {
                    Ok(None) => return,
                    Ok(Some(mut page)) => {
                        page.retain(&is_left);
                        meter.count(&page).map(|()| page)
                    }
                    Err(error) => Err(error.into()),
                };
                let is_over = page.is_err();
                if page.as_ref().is_ok_and(Vec::is_empty) {
                    continue;
                }
                if sender.send(page).await.is_err() || is_over {
                    return;
                }
            }
        });
        receiver
    }
}

/// Lets each event through once.
struct Once {
    seen: Seen,
    reservation: MemoryReservation,
}

impl Once {
    fn keep(&mut self, page: Page) -> Result<RecordBatch> {
        let Page {
            batch,
            ids,
            deleted,
        } = page;
        let rows = ids.into_iter().zip(deleted);
        let kept: Vec<bool> = rows
            .map(|(id, deleted)| self.seen.is_new(id) && !deleted)
            .collect();
        self.reservation.try_resize(self.seen.size())?;
        if kept.iter().all(|kept| *kept) {
            return Ok(batch);
        }
        filter_record_batch(&batch, &BooleanArray::from(kept)).map_err(DataFusionError::from)
    }
}
