//! The recorder: adds up, and lets go in intervals.

use std::collections::BTreeMap;
use std::fmt;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use event::{Timestamp, WorkspaceId};

use crate::interval::Interval;
use crate::namespace::Namespace;
use crate::recording::Recording;
use crate::{cloudwatch, emf};

/// Workspaces held at most. Only while nothing can leave do they gather; then the ones that come
/// later are dropped.
const MAX_WORKSPACES: usize = 2_000;

pub(crate) type Recordings = BTreeMap<WorkspaceId, Recording>;

/// Where the metrics go.
#[derive(Debug, Clone)]
pub enum Sink {
    /// Standard output, one line of JSON per workspace and flush, in CloudWatch's embedded metric
    /// format: on Lambda that costs a log line and no call.
    Emf,
    /// `PutMetricData`: for a process that is not frozen between requests.
    CloudWatch(aws_sdk_cloudwatch::Client),
    /// Nowhere.
    Discard,
}

/// Adds up what happens in this process, per workspace. Clones share the sums.
///
/// Recording takes a lock for some nanoseconds and never waits for I/O. What is recorded leaves with
/// the first [`Metrics::flush_if_due`] after the interval, or with [`Metrics::flush`].
#[derive(Clone)]
pub struct Metrics(Arc<Shared>);

struct Shared {
    namespace: Namespace,
    sink: Sink,
    interval: Interval,
    recordings: Mutex<Recordings>,
    /// Held by whoever flushes: the flush at the end of a process waits for the one under way.
    flushing: tokio::sync::Mutex<()>,
}

impl Metrics {
    /// A recorder that lets go of what it has about once per `interval`, into the default
    /// [`Namespace`].
    pub fn new(sink: Sink, interval: Duration) -> Self {
        Self::in_namespace(Namespace::default(), sink, interval)
    }

    /// A recorder that lets go of what it has about once per `interval`, into that namespace.
    pub fn in_namespace(namespace: Namespace, sink: Sink, interval: Duration) -> Self {
        Self(Arc::new(Shared {
            namespace,
            sink,
            interval: Interval::new(interval),
            recordings: Mutex::default(),
            flushing: tokio::sync::Mutex::default(),
        }))
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
        if !self.0.interval.claim(now) {
            return;
        }
        match self.0.sink {
            Sink::Emf | Sink::Discard => self.flush(now).await,
            Sink::CloudWatch(_) => {
                let metrics = self.clone();
                tokio::spawn(async move { metrics.flush(now).await });
            }
        }
    }

    /// Lets go of everything recorded so far, and waits until it has left.
    ///
    /// What does not get away is kept for the next flush.
    pub async fn flush(&self, now: Timestamp) {
        let _one_at_a_time = self.0.flushing.lock().await;
        let recordings = mem::take(&mut *self.lock());
        if recordings.is_empty() {
            return;
        }
        let Shared {
            namespace, sink, ..
        } = &*self.0;
        let kept = match sink {
            Sink::Emf => emf::print(namespace, recordings, now),
            Sink::CloudWatch(client) => cloudwatch::put(client, namespace, recordings, now).await,
            Sink::Discard => Recordings::new(),
        };
        for (workspace, recording) in kept {
            self.record(&workspace, |recorded| recorded.merge(recording));
        }
    }

    fn record(&self, workspace: &WorkspaceId, change: impl FnOnce(&mut Recording)) {
        if matches!(self.0.sink, Sink::Discard) {
            return;
        }
        let mut recordings = self.lock();
        // The usual case first: it needs no copy of the id.
        if let Some(recording) = recordings.get_mut(workspace) {
            return change(recording);
        }
        if recordings.len() < MAX_WORKSPACES {
            change(recordings.entry(workspace.clone()).or_default());
        } else {
            tracing::warn!("metrics of a workspace were dropped");
        }
    }

    /// A panic elsewhere cannot leave sums half made that matter: go on with what is there.
    fn lock(&self) -> MutexGuard<'_, Recordings> {
        self.0
            .recordings
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics")
            .field("sink", &self.0.sink)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_cloudwatch::config::retry::RetryConfig;
    use aws_sdk_cloudwatch::config::{BehaviorVersion, Credentials, Region};

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_795_229_788_987);
    const INTERVAL: Duration = Duration::from_secs(5);

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

    #[tokio::test]
    async fn what_could_not_leave_is_kept_with_what_comes_after() {
        let metrics = Metrics::new(unreachable(), INTERVAL);
        metrics.accepted(&workspace(1), 3);
        metrics.ingest_time(&workspace(1), Duration::from_millis(4));
        metrics.flush(NOW).await;
        metrics.accepted(&workspace(1), 4);
        metrics.refused(&workspace(1), "ip_not_allowed", 1);
        metrics.flush(NOW).await;

        let kept = metrics.lock().remove(&workspace(1)).unwrap();
        assert_eq!(kept.accepted, 7);
        assert_eq!(kept.refused["ip_not_allowed"], 1);
        assert_eq!(kept.ingest_time.values().collect::<Vec<_>>(), [(4.0, 1.0)]);
    }

    #[tokio::test]
    async fn what_is_kept_is_bounded() {
        let metrics = Metrics::new(unreachable(), INTERVAL);
        for number in 0..MAX_WORKSPACES + 10 {
            metrics.accepted(&workspace(number), 1);
        }
        assert_eq!(metrics.lock().len(), MAX_WORKSPACES);
    }

    #[tokio::test]
    async fn an_interval_starts_with_the_first_call_and_only_its_end_flushes() {
        let metrics = Metrics::new(Sink::Emf, INTERVAL);
        metrics.accepted(&workspace(1), 1);
        metrics.flush_if_due(NOW).await;
        metrics
            .flush_if_due(NOW.plus(INTERVAL).minus(Duration::from_millis(1)))
            .await;
        assert_eq!(metrics.lock().len(), 1);
        metrics.flush_if_due(NOW.plus(INTERVAL)).await;
        assert_eq!(metrics.lock().len(), 0);
    }

    #[test]
    fn what_is_discarded_is_not_even_kept() {
        let metrics = Metrics::new(Sink::Discard, INTERVAL);
        metrics.database_write(&workspace(1), 2.0, Duration::from_millis(1), 0);
        assert!(metrics.lock().is_empty());
    }
}
