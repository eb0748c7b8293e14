//! The loop that delivers a stream.

use std::future::Future;

use tokio::time::{Instant, sleep};

use super::delivery::{Delivery, Step};
use super::invoke::Target;
use super::options::Options;
use crate::{Database, Error, Result};

/// Failures in a row without progress after which `drain` gives up.
const DRAIN_PATIENCE: u32 = 20;

/// Delivers one table's stream to one function.
#[derive(Debug)]
pub struct Deliverer(Delivery);

/// What was delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Drained {
    /// Records that were taken, those that came again included.
    pub records: u64,
    /// Batches that were taken, wholly or in part.
    pub batches: u64,
    /// Batches that failed, wholly or in part.
    pub retries: u64,
    /// Records taken that had been taken before.
    pub redelivered: u64,
    /// Records given up after the last attempt.
    pub discarded: u64,
}

impl Deliverer {
    /// Nothing is read before [`drain`](Self::drain) or [`run`](Self::run).
    pub fn new(
        database: Database,
        table: impl Into<String>,
        target: Target,
        options: Options,
    ) -> Self {
        Self(Delivery::new(database, table.into(), target, options))
    }

    /// Delivers all records there are now, and those that come meanwhile. Gives up after 20 failures
    /// without progress.
    pub async fn drain(&mut self) -> Result<Drained> {
        let mut drained = Drained::default();
        loop {
            match self.0.step(&mut drained).await? {
                Step::Empty => return Ok(drained),
                Step::Progress => {}
                Step::Failed(reason) if self.0.failures() >= DRAIN_PATIENCE => {
                    let table = self.0.table().to_owned();
                    return Err(Error::Undeliverable {
                        table,
                        attempts: DRAIN_PATIENCE,
                        reason,
                    });
                }
                Step::Failed(_) => sleep(self.0.pause()).await,
            }
        }
    }

    /// Delivers until `shutdown`. A batch under way then is delivered again after a restart.
    pub async fn run(mut self, shutdown: impl Future<Output = ()>) {
        tokio::select! {
            () = shutdown => {}
            () = self.forever() => {}
        }
    }

    async fn forever(&mut self) {
        loop {
            let step = match self.gather().await {
                Ok(()) => self.0.step(&mut Drained::default()).await,
                Err(error) => Err(error),
            };
            let table = self.0.table();
            match step {
                Ok(Step::Empty | Step::Progress) => {}
                Ok(Step::Failed(reason)) => {
                    // Less and less often: a function that is being built fails for minutes.
                    let failures = self.0.failures();
                    if failures.is_power_of_two() {
                        tracing::warn!(table, failures, reason, "batch not delivered");
                    }
                    sleep(self.0.pause()).await;
                }
                Err(error) => {
                    tracing::warn!(table, %error, "cannot deliver the stream");
                    sleep(self.0.options().max_backoff).await;
                }
            }
        }
    }

    /// Waits until a batch is full, or its window has passed since its first record.
    async fn gather(&mut self) -> Result<()> {
        let mut first_seen = None;
        loop {
            let waiting = self.0.waiting()?;
            let options = self.0.options();
            if waiting > 0 {
                let since: Instant = *first_seen.get_or_insert_with(Instant::now);
                let is_full = waiting >= options.batch_size;
                if is_full || self.0.failures() > 0 || since.elapsed() >= options.window {
                    return Ok(());
                }
            }
            // While a window is open each look reads the records gathered so far.
            let pause = if waiting > 0 {
                options.window / 4
            } else {
                options.poll
            };
            sleep(pause.max(options.poll)).await;
        }
    }
}
