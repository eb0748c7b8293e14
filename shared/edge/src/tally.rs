//! What a process counts itself: refusals, and requests that leave no trace in the event log.
//!
//! Writing each of them would let anybody who holds a key, even a revoked one, make Weir write. So
//! they are added up, and leave with the first request after an interval or when the process ends,
//! as metrics do. Two rules bound what a crash takes along:
//!
//! * The **first** refusal of a key for a reason in a minute is written before it is answered: that
//!   a key is refused, and why, is never lost. Where the store is slow the answer does not wait for it;
//!   the flush does.
//! * When [`MAX_PENDING`] are added up they are written before the next answer.
//!
//! So a process that crashes loses at most the numbers of one interval, and never more than
//! [`MAX_PENDING`] requests or one request's events. A failure to write fails no request: the numbers
//! are kept for the next attempt.

mod pending;

use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use event::ids::MAX_EVENT_NAME_CHARS;
use event::{KeyId, Timestamp, WorkspaceId};
use policy::Operation;
use store::{DirectCounts, RefusedSample, Store};
use telemetry::Interval;
use tokio::task::{JoinHandle, JoinSet};

use self::pending::{Pending, Slot};
use crate::Settings;

/// Refusals and reads added up at most before they are written.
pub(crate) const MAX_PENDING: u64 = 1_000;
/// Writes under way at the same time.
const MAX_WRITES: usize = 8;
/// An answer does not wait longer than this for its refusal to be written.
const PATIENCE: Duration = Duration::from_millis(500);
/// Longest path that a sample keeps, in characters.
const MAX_PATH_CHARS: usize = 200;
/// Longest text of a fault that a sample keeps, in characters.
const MAX_MESSAGE_CHARS: usize = 200;

/// What was refused of one request.
#[derive(Debug, Clone, Copy)]
pub struct Refusals<'a> {
    /// The tenant.
    pub workspace: &'a WorkspaceId,
    /// The key, whose secret was the right one.
    pub key_id: &'a KeyId,
    /// Code of the answer -> number of events; 1 for a whole request.
    pub reasons: &'a [(&'static str, u64)],
    /// The code of one of them, to be kept as a sample.
    pub sample: &'static str,
    /// The name of that event, where it could be read.
    pub name: Option<&'a str>,
    /// Its offending member, as a JSON path in the body.
    pub path: &'a str,
    /// What is wrong there, in words that repeat nothing of the event; empty where the code says it all.
    pub message: &'a str,
    /// Where the request came from. Kept only where the workspace keeps addresses.
    pub address: IpAddr,
}

/// Adds up what this process refused and read, per key and hour. Clones share the sums.
#[derive(Clone)]
pub struct Tally(Arc<Shared>);

struct Shared {
    store: Store,
    settings: Settings,
    interval: Interval,
    pending: Mutex<Pending>,
    /// How long an answer waits for its refusal to be written.
    patience: Duration,
    /// What is being written of refusals that were answered before.
    late: Mutex<Vec<JoinHandle<()>>>,
    /// Held by whoever flushes: the flush at the end of a process waits for the one under way.
    flushing: tokio::sync::Mutex<()>,
}

impl Tally {
    /// A tally that lets go of what it has about once per `interval`.
    pub fn new(store: Store, settings: Settings, interval: Duration) -> Self {
        Self::with_patience(store, settings, interval, PATIENCE)
    }

    /// As [`Tally::new`], where an answer waits up to `patience` for its refusal to be written.
    pub fn with_patience(
        store: Store,
        settings: Settings,
        interval: Duration,
        patience: Duration,
    ) -> Self {
        Self(Arc::new(Shared {
            store,
            settings,
            interval: Interval::new(interval),
            pending: Mutex::default(),
            patience,
            late: Mutex::default(),
            flushing: tokio::sync::Mutex::default(),
        }))
    }

    /// Counts what was refused of a request. The first of a key, reason and minute is durable when
    /// this returns, unless the store does not answer within half a second: then [`Tally::flush`] waits
    /// for it.
    pub async fn refused(&self, refusals: &Refusals<'_>, now: Timestamp) {
        let slot = Slot::new(refusals.workspace, refusals.key_id, now);
        let (first, sampled, is_full) = {
            let mut pending = self.lock();
            let is_first = pending.refuse(&slot, refusals.reasons, now);
            let first = is_first.then(|| pending.take(&slot)).flatten();
            // Where one key is refused all the time, another key's first refusal shows all the same.
            let sampled = pending.claim_sample(now) || is_first;
            (first, sampled, pending.is_full())
        };
        if first.is_some() || sampled {
            let sample = sampled.then(|| sample(refusals, now));
            self.write_now(slot, first, sample).await;
        }
        if is_full {
            self.flush().await;
        }
    }

    /// Counts a request that brings no events.
    pub async fn called(
        &self,
        workspace: &WorkspaceId,
        key_id: &KeyId,
        operation: Operation,
        now: Timestamp,
    ) {
        let is_full = {
            let mut pending = self.lock();
            pending.call(&Slot::new(workspace, key_id, now), operation, now);
            pending.is_full()
        };
        if is_full {
            self.flush().await;
        }
    }

    /// Writes what was added up if the interval is over; else costs next to nothing.
    pub async fn flush_if_due(&self, now: Timestamp) {
        if self.0.interval.claim(now) {
            self.flush().await;
        }
    }

    /// Writes everything that was added up so far, and waits for what is being written. What cannot be
    /// written is kept.
    pub async fn flush(&self) {
        let _one_at_a_time = self.0.flushing.lock().await;
        let late = std::mem::take(&mut *self.late());
        let late = async {
            for writing in late {
                if writing.await.is_err() {
                    tracing::warn!("a refusal is not counted");
                }
            }
        };
        let counts = self.lock().take_all();
        let counts = async {
            let mut writes = JoinSet::new();
            for (slot, counts) in counts {
                if writes.len() == MAX_WRITES {
                    writes.join_next().await;
                }
                let tally = self.clone();
                writes.spawn(async move { tally.write(slot, counts).await });
            }
            while writes.join_next().await.is_some() {}
        };
        tokio::join!(late, counts);
    }

    /// Writes one hour's counts of a key, or keeps them for the next time.
    async fn write(&self, slot: Slot, counts: DirectCounts) {
        let store = &self.0.store;
        let (workspace, key) = (&slot.workspace, &slot.key_id);
        if let Some(at) = counts.last_call
            && let Err(error) = store.mark_used(workspace, key, at).await
        {
            tracing::warn!(%error, "the last use of a key could not be written");
        }
        if let Err(error) = store.count_direct(workspace, key, slot.hour, &counts).await {
            tracing::warn!(%error, "refusals could not be counted yet");
            self.lock().put_back(slot, counts);
        }
    }

    /// Writes before the answer, in a task of its own: a store that hangs holds up no answer for long.
    /// What it then does the next flush waits for.
    async fn write_now(
        &self,
        slot: Slot,
        counts: Option<DirectCounts>,
        sample: Option<RefusedSample>,
    ) {
        let tally = self.clone();
        let mut writing = tokio::spawn(async move {
            let workspace = slot.workspace.clone();
            let count = async {
                if let Some(counts) = counts {
                    tally.write(slot, counts).await;
                }
            };
            let keep = async {
                if let Some(sample) = sample {
                    tally.keep(&workspace, sample).await;
                }
            };
            tokio::join!(count, keep);
        });
        let written = tokio::time::timeout(self.0.patience, &mut writing).await;
        if written.is_err() {
            tracing::warn!("a refusal is answered before it is counted");
            let mut late = self.late();
            late.retain(|writing| !writing.is_finished());
            late.push(writing);
        }
    }

    async fn keep(&self, workspace: &WorkspaceId, mut sample: RefusedSample) {
        let settings = self.0.settings.of(workspace, sample.at).await;
        if !settings.is_ok_and(|settings| settings.keep_addresses) {
            sample.address = None;
        }
        if let Err(error) = self.0.store.put_refused(workspace, &sample).await {
            tracing::warn!(%error, "a sample of what was refused could not be kept");
        }
    }

    fn late(&self) -> MutexGuard<'_, Vec<JoinHandle<()>>> {
        self.0.late.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A panic elsewhere cannot leave sums half made that matter: go on with what is there.
    fn lock(&self) -> MutexGuard<'_, Pending> {
        self.0
            .pending
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is kept of a refusal.
fn sample(refusals: &Refusals<'_>, now: Timestamp) -> RefusedSample {
    let short = |text: &str, max| text.chars().take(max).collect::<String>();
    RefusedSample {
        at: now,
        key_id: refusals.key_id.clone(),
        reason: refusals.sample.to_owned(),
        name: refusals.name.map(|name| short(name, MAX_EVENT_NAME_CHARS)),
        path: short(refusals.path, MAX_PATH_CHARS),
        message: short(refusals.message, MAX_MESSAGE_CHARS),
        address: Some(refusals.address),
    }
}

impl fmt::Debug for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tally").finish_non_exhaustive()
    }
}
