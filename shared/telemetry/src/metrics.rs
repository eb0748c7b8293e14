//! The recorder: adds up, and lets go in intervals.

use std::fmt;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use event::{Clock, Timestamp, WorkspaceId};

use crate::interval::Interval;
use crate::namespace::Namespace;
use crate::recording::{Recording, Recordings, Slot};
use crate::{cloudwatch, emf};

/// Minutes of workspaces held at most. Only while nothing can leave do they gather; then the ones that
/// come later are dropped.
const MAX_RECORDINGS: usize = 2_000;
/// CloudWatch takes nothing that is older.
const MAX_AGE: Duration = Duration::from_hours(14 * 24);

/// Where the metrics go.
#[derive(Debug, Clone)]
pub enum Sink {
    /// Standard output, one line of JSON per workspace and minute, in CloudWatch's embedded metric
    /// format: on Lambda that costs a log line and no call.
    Emf,
    /// `PutMetricData`: for a process that is not frozen between requests.
    CloudWatch(aws_sdk_cloudwatch::Client),
}

/// Adds up what happens in this process, per workspace and minute. Clones share the sums.
///
/// Recording takes a lock for some nanoseconds and never waits for I/O. What is recorded leaves with
/// the first [`Metrics::flush_if_due`] after the interval, or with [`Metrics::flush`], under the minute in
/// which it was recorded.
#[derive(Clone)]
pub struct Metrics(Option<Arc<Shared>>);

struct Shared {
    namespace: Namespace,
    sink: Sink,
    interval: Interval,
    clock: Arc<dyn Clock>,
    recordings: Mutex<Recordings>,
    /// Held by whoever flushes: the flush at the end of a process waits for the one under way.
    flushing: tokio::sync::Mutex<()>,
}

impl Metrics {
    /// A recorder that lets go of what it has about once per `interval`, into the default
    /// [`Namespace`]. The clock says in which minute something is recorded.
    pub fn new(sink: Sink, interval: Duration, clock: Arc<dyn Clock>) -> Self {
        Self::in_namespace(Namespace::default(), sink, interval, clock)
    }

    /// The same, into that namespace.
    pub fn in_namespace(
        namespace: Namespace,
        sink: Sink,
        interval: Duration,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self(Some(Arc::new(Shared {
            namespace,
            sink,
            interval: Interval::new(interval),
            clock,
            recordings: Mutex::default(),
            flushing: tokio::sync::Mutex::default(),
        })))
    }

    /// For a process that measures nothing: what is recorded is not even kept.
    pub const fn off() -> Self {
        Self(None)
    }

    /// So many events were stored.
    pub fn accepted(&self, workspace: &WorkspaceId, events: u64) {
        self.record(workspace, |recording| recording.accepted += events);
    }

    /// So many events, or a whole request (count 1), were refused. `reason` is the code that the
    /// answer gives.
    pub fn refused(&self, workspace: &WorkspaceId, reason: &'static str, events: u64) {
        if events > 0 {
            self.record(workspace, |recording| {
                *recording.refused.entry(reason).or_default() += events;
            });
        }
    }

    /// A request that brought events took so long from its arrival to its answer.
    pub fn ingest_time(&self, workspace: &WorkspaceId, took: Duration) {
        self.record(workspace, |recording| recording.ingest_time.record(took));
    }

    /// One write reached the database: the write units it consumed, how long it took with its
    /// retries, and how often it was throttled on the way.
    pub fn database_write(
        &self,
        workspace: &WorkspaceId,
        units: f64,
        took: Duration,
        throttles: u32,
    ) {
        self.record(workspace, |recording| {
            recording.writes += 1;
            recording.write_units += units;
            recording.write_time.record(took);
            recording.throttles += u64::from(throttles);
        });
    }

    /// From receipt to projection, the events of one chunk took so long.
    pub fn projector_lag(&self, workspace: &WorkspaceId, lag: Duration) {
        self.record(workspace, |recording| recording.projector_lag.record(lag));
    }

    /// Lets go of what was recorded if the interval is over; else costs next to nothing.
    ///
    /// Calls to CloudWatch are made by a task of their own: the caller does not wait for them.
    pub async fn flush_if_due(&self, now: Timestamp) {
        let Some(shared) = self.0.as_ref().filter(|it| it.interval.claim(now)) else {
            return;
        };
        match shared.sink {
            Sink::Emf => self.flush(now).await,
            Sink::CloudWatch(_) => {
                let metrics = self.clone();
                tokio::spawn(async move { metrics.flush(now).await });
            }
        }
    }

    /// Lets go of everything recorded so far, and waits until it has left.
    ///
    /// What does not get away is kept for the next flush, for as long as it would be taken.
    pub async fn flush(&self, now: Timestamp) {
        let Some(shared) = &self.0 else {
            return;
        };
        let _one_at_a_time = shared.flushing.lock().await;
        let mut recordings = mem::take(&mut *shared.lock());
        let oldest = now.minus(MAX_AGE);
        recordings.retain(|slot, _| slot.minute >= oldest);
        if recordings.is_empty() {
            return;
        }
        let kept = match &shared.sink {
            Sink::Emf => emf::print(&shared.namespace, recordings),
            Sink::CloudWatch(client) => {
                cloudwatch::put(client, &shared.namespace, recordings).await
            }
        };
        for (slot, recording) in kept {
            shared.record(slot, |recorded| recorded.merge(recording));
        }
    }

    fn record(&self, workspace: &WorkspaceId, change: impl FnOnce(&mut Recording)) {
        if let Some(shared) = &self.0 {
            shared.record(Slot::new(workspace, shared.clock.now()), change);
        }
    }
}

impl Shared {
    fn record(&self, slot: Slot, change: impl FnOnce(&mut Recording)) {
        let mut recordings = self.lock();
        if recordings.len() < MAX_RECORDINGS || recordings.contains_key(&slot) {
            change(recordings.entry(slot).or_default());
        } else {
            tracing::warn!("metrics of a workspace were dropped");
        }
    }

    /// A panic elsewhere cannot leave sums half made that matter: go on with what is there.
    fn lock(&self) -> MutexGuard<'_, Recordings> {
        self.recordings
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics")
            .field("sink", &self.0.as_ref().map(|shared| &shared.sink))
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use aws_sdk_cloudwatch::config::retry::RetryConfig;
    use aws_sdk_cloudwatch::config::{BehaviorVersion, Credentials, Region};

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_795_229_788_987);
    const INTERVAL: Duration = Duration::from_secs(5);

    #[derive(Debug)]
    struct ManualClock(AtomicI64);

    impl ManualClock {
        fn at(now: Timestamp) -> Arc<Self> {
            Arc::new(Self(AtomicI64::new(now.as_millis())))
        }

        fn set(&self, now: Timestamp) {
            self.0.store(now.as_millis(), Ordering::Relaxed);
        }
    }

    impl Clock for ManualClock {
        fn now(&self) -> Timestamp {
            Timestamp::from_millis(self.0.load(Ordering::Relaxed))
        }
    }

    /// CloudWatch where nobody listens.
    fn unreachable() -> Sink {
        let config = aws_sdk_cloudwatch::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("eu-central-1"))
            .credentials_provider(Credentials::new("id", "secret", None, None, "test"))
            .retry_config(RetryConfig::disabled())
            .endpoint_url("http://127.0.0.1:1")
            .build();
        Sink::CloudWatch(aws_sdk_cloudwatch::Client::from_conf(config))
    }

    fn workspace(number: usize) -> WorkspaceId {
        WorkspaceId::parse(&format!("w{number}")).unwrap()
    }

    fn recorded(metrics: &Metrics) -> Recordings {
        metrics.0.as_ref().unwrap().lock().clone()
    }

    #[tokio::test]
    async fn what_could_not_leave_is_kept_with_what_comes_after() {
        let metrics = Metrics::new(unreachable(), INTERVAL, ManualClock::at(NOW));
        metrics.accepted(&workspace(1), 3);
        metrics.ingest_time(&workspace(1), Duration::from_millis(4));
        metrics.flush(NOW).await;
        metrics.accepted(&workspace(1), 4);
        metrics.refused(&workspace(1), "ip_not_allowed", 1);
        metrics.flush(NOW).await;

        let kept = recorded(&metrics);
        assert_eq!(kept.len(), 1);
        let kept = &kept[&Slot::new(&workspace(1), NOW)];
        assert_eq!(kept.accepted, 7);
        assert_eq!(kept.refused["ip_not_allowed"], 1);
        assert_eq!(kept.ingest_time.values().collect::<Vec<_>>(), [(4.0, 1.0)]);
    }

    #[tokio::test]
    async fn what_is_recorded_stays_in_its_minute_however_late_it_leaves() {
        let clock = ManualClock::at(NOW);
        let metrics = Metrics::new(
            unreachable(),
            INTERVAL,
            Arc::clone(&clock) as Arc<dyn Clock>,
        );
        metrics.accepted(&workspace(1), 1);
        // Lambda froze the process meanwhile.
        let later = NOW.plus(Duration::from_mins(25));
        clock.set(later);
        metrics.accepted(&workspace(1), 2);
        metrics.flush(later).await;

        let kept: Vec<_> = recorded(&metrics)
            .into_iter()
            .map(|(slot, recording)| (slot.minute, recording.accepted))
            .collect();
        assert_eq!(
            kept,
            [(NOW.start_of_minute(), 1), (later.start_of_minute(), 2)]
        );
    }

    #[tokio::test]
    async fn what_cloudwatch_would_refuse_as_too_old_is_not_kept() {
        let metrics = Metrics::new(unreachable(), INTERVAL, ManualClock::at(NOW));
        metrics.accepted(&workspace(1), 1);
        metrics.flush(NOW.start_of_minute().plus(MAX_AGE)).await;
        assert_eq!(recorded(&metrics).len(), 1);
        metrics.flush(NOW.plus(MAX_AGE)).await;
        assert_eq!(recorded(&metrics).len(), 0);
    }

    #[tokio::test]
    async fn what_is_kept_is_bounded() {
        let clock = ManualClock::at(NOW);
        let metrics = Metrics::new(
            unreachable(),
            INTERVAL,
            Arc::clone(&clock) as Arc<dyn Clock>,
        );
        for number in 0..MAX_RECORDINGS / 2 {
            metrics.accepted(&workspace(number), 1);
        }
        for minute in 0..MAX_RECORDINGS as u64 {
            clock.set(NOW.plus(Duration::from_mins(minute)));
            metrics.accepted(&workspace(1), 1);
        }
        assert_eq!(recorded(&metrics).len(), MAX_RECORDINGS);
    }

    #[tokio::test]
    async fn an_interval_starts_with_the_first_call_and_only_its_end_flushes() {
        let metrics = Metrics::new(Sink::Emf, INTERVAL, ManualClock::at(NOW));
        metrics.accepted(&workspace(1), 1);
        metrics.flush_if_due(NOW).await;
        metrics
            .flush_if_due(NOW.plus(INTERVAL).minus(Duration::from_millis(1)))
            .await;
        assert_eq!(recorded(&metrics).len(), 1);
        metrics.flush_if_due(NOW.plus(INTERVAL)).await;
        assert_eq!(recorded(&metrics).len(), 0);
    }
}
