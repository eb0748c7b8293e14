//! One batch after the other: where the next one begins, and what a failure does to it.

use std::time::Duration;

use serde_json::json;

use super::batch::{Outcome, outcome};
use super::deliverer::Drained;
use super::disorder::{After, Disorder};
use super::invoke::{Failure, Target};
use super::options::Options;
use super::position::Kept;
use super::records::{Stream, StreamRecord, fitting};
use crate::dynamodb::Shared;
use crate::{Database, Error, Result};

/// The state of a delivery.
#[derive(Debug)]
pub(super) struct Delivery {
    database: Shared,
    table: String,
    target: Target,
    options: Options,
    open: Option<Open>,
    disorder: Option<Disorder>,
    /// The highest sequence number ever taken; they are equally long, so text compares.
    highest: Option<String>,
    /// Records read at most, after a batch was split.
    split: Option<usize>,
    /// Failures without progress.
    failures: u32,
    /// Failures of what cannot be split further.
    attempts: u32,
}

#[derive(Debug)]
struct Open {
    stream: Stream,
    kept: Kept,
}

/// What came of one batch.
#[derive(Debug)]
pub(super) enum Step {
    /// There was nothing to deliver.
    Empty,
    Progress,
    Failed(String),
}

impl Delivery {
    pub(super) fn new(database: Database, table: String, target: Target, options: Options) -> Self {
        Self {
            database: Shared(database),
            table,
            target,
            disorder: options.seed.map(Disorder::new),
            options,
            open: None,
            highest: None,
            split: None,
            failures: 0,
            attempts: 0,
        }
    }

    pub(super) fn table(&self) -> &str {
        &self.table
    }

    pub(super) const fn options(&self) -> &Options {
        &self.options
    }

    pub(super) const fn failures(&self) -> u32 {
        self.failures
    }

    /// How long to wait after a failure.
    pub(super) fn pause(&self) -> Duration {
        let doublings = self.failures.saturating_sub(1).min(16);
        self.options
            .first_backoff
            .saturating_mul(1 << doublings)
            .min(self.options.max_backoff)
    }

    /// How many records wait, counted up to a batch.
    pub(super) fn waiting(&mut self) -> Result<usize> {
        let most = self.options.batch_size;
        let open = self.open()?;
        open.stream.count(open.kept.after(), most)
    }

    /// Reads and delivers one batch.
    pub(super) async fn step(&mut self, drained: &mut Drained) -> Result<Step> {
        let whole = self.options.batch_size;
        let most = self
            .disorder
            .as_mut()
            .map_or(whole, |disorder| disorder.batch_size(whole));
        let most = self.split.map_or(most, |split| split.min(most));
        let open = self.open()?;
        let mut records = open.stream.read(open.kept.after(), most)?;
        records.truncate(fitting(&records));
        let Some(last) = records.last() else {
            return Ok(Step::Empty);
        };
        let end = last.sequence_number.clone();
        records.retain(|record| {
            self.options
                .only
                .iter()
                .any(|kind| kind.name() == record.event_name)
        });
        if records.is_empty() {
            self.advance(end)?;
            return Ok(Step::Progress);
        }
        let outcome = self.invoke(&records).await;
        self.settle(&records, end, outcome, drained)
    }

    async fn invoke(&self, batch: &[StreamRecord]) -> Outcome {
        let events: Vec<_> = batch.iter().map(|record| &record.event).collect();
        match self.target.invoke(json!({ "Records": events })).await {
            Ok(answer) => outcome(&answer, batch),
            Err(Failure::Function(reason)) => Outcome::Failed(reason),
            Err(Failure::Unreachable(reason)) => Outcome::Unreachable(reason),
        }
    }

    /// Moves on as far as the batch was taken; `end` is where the stream goes on after all of it.
    fn settle(
        &mut self,
        batch: &[StreamRecord],
        end: String,
        outcome: Outcome,
        drained: &mut Drained,
    ) -> Result<Step> {
        let reason = match outcome {
            Outcome::Done => {
                self.count(batch, drained);
                self.succeed(end)?;
                return Ok(Step::Progress);
            }
            // The batch is not to blame: it is neither split nor ever given up.
            Outcome::Unreachable(reason) => reason,
            Outcome::Failed(reason) => {
                if self.options.bisect && batch.len() > 1 {
                    self.split = Some(batch.len() / 2);
                } else {
                    self.blame(batch.len(), end, drained)?;
                }
                reason
            }
            Outcome::FailedFrom(first) => {
                let (taken, left) = batch.split_at(first.min(batch.len()));
                if let Some(last) = taken.last() {
                    self.count(taken, drained);
                    self.advance(last.sequence_number.clone())?;
                }
                if let Some(failed) = left.first() {
                    self.blame(1, failed.sequence_number.clone(), drained)?;
                }
                "the function did not take the whole batch".into()
            }
        };
        drained.retries += 1;
        self.failures += 1;
        Ok(Step::Failed(reason))
    }

    /// Counts an attempt of what stands first and cannot be split; gives it up after the last one.
    fn blame(&mut self, records: usize, end: String, drained: &mut Drained) -> Result<()> {
        self.attempts += 1;
        if self
            .options
            .max_attempts
            .is_some_and(|most| self.attempts >= most)
        {
            let (table, attempts) = (&self.table, self.attempts);
            tracing::error!(table, attempts, records, "stream records given up");
            drained.discarded += count(records);
            self.advance(end)?;
        }
        Ok(())
    }

    /// After a whole batch: on from its end, or back for a redelivery.
    fn succeed(&mut self, end: String) -> Result<()> {
        let whole = self.options.batch_size;
        self.split = self
            .split
            .map(|split| split * 2)
            .filter(|split| *split < whole);
        let began = self.open()?.kept.after().map(str::to_owned);
        self.advance(end)?;
        if let Some(disorder) = &mut self.disorder
            && let Some(After(back)) = disorder.redeliver_after(began)
        {
            self.open()?.kept.advance(back)?;
        }
        Ok(())
    }

    fn advance(&mut self, to: String) -> Result<()> {
        (self.failures, self.attempts) = (0, 0);
        self.open()?.kept.advance(Some(to))
    }

    fn count(&mut self, taken: &[StreamRecord], drained: &mut Drained) {
        drained.batches += 1;
        drained.records += count(taken.len());
        let again = taken
            .iter()
            .filter(|record| Some(&record.sequence_number) <= self.highest.as_ref());
        drained.redelivered += count(again.count());
        let last = taken.last().map(|record| record.sequence_number.clone());
        self.highest = self.highest.take().max(last);
    }

    fn open(&mut self) -> Result<&mut Open> {
        if self.open.is_none() {
            let database = self.database.0.clone();
            let stream = Stream::open(database, &self.table, &self.options.region)?;
            let kept = Kept::open(&stream.arn(), self.options.position_file.clone())?;
            self.open = Some(Open { stream, kept });
        }
        self.open.as_mut().ok_or_else(|| Error::NoStream {
            table: self.table.clone(),
        })
    }
}

fn count(records: usize) -> u64 {
    u64::try_from(records).unwrap_or(u64::MAX)
}
