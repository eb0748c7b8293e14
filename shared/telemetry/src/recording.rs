//! What happened in one workspace and minute, and has not left yet.

use std::collections::BTreeMap;

use event::{Timestamp, WorkspaceId};

use crate::distribution::{Distribution, as_f64};
use crate::metric::Metric;

/// What was recorded since the last flush.
pub(crate) type Recordings = BTreeMap<Slot, Recording>;

/// What a recording is of. Lambda freezes a process between two requests, so what was recorded may leave
/// long after: it keeps the minute in which it happened.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Slot {
    /// The first moment of the minute.
    pub(crate) minute: Timestamp,
    pub(crate) workspace: WorkspaceId,
}

impl Slot {
    pub(crate) fn new(workspace: &WorkspaceId, now: Timestamp) -> Self {
        Self {
            minute: now.start_of_minute(),
            workspace: workspace.clone(),
        }
    }
}

/// Sums and distributions of one workspace and minute. Its size is bounded, however much it holds: see
/// [`Distribution`]; reasons are the codes of the program, so they are few.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Recording {
    pub(crate) accepted: u64,
    /// Reason -> events refused for it.
    pub(crate) refused: BTreeMap<&'static str, u64>,
    pub(crate) ingest_time: Distribution,
    pub(crate) writes: u64,
    pub(crate) write_units: f64,
    pub(crate) write_time: Distribution,
    pub(crate) throttles: u64,
    pub(crate) projector_lag: Distribution,
}

impl Recording {
    pub(crate) fn merge(&mut self, other: Self) {
        self.accepted += other.accepted;
        for (reason, count) in other.refused {
            *self.refused.entry(reason).or_default() += count;
        }
        self.ingest_time.merge(other.ingest_time);
        self.writes += other.writes;
        self.write_units += other.write_units;
        self.write_time.merge(other.write_time);
        self.throttles += other.throttles;
        self.projector_lag.merge(other.projector_lag);
    }

    /// The sums of the workspace that are not zero. Refusals come with their reasons, apart.
    pub(crate) fn sums(&self) -> impl Iterator<Item = (Metric, f64)> {
        [
            (Metric::EventsAccepted, as_f64(self.accepted)),
            (Metric::DatabaseWrites, as_f64(self.writes)),
            (Metric::WriteUnits, self.write_units),
            (Metric::WriteThrottles, as_f64(self.throttles)),
        ]
        .into_iter()
        .filter(|&(_, sum)| sum > 0.0)
    }

    /// The distributions that hold anything.
    pub(crate) fn distributions(&self) -> impl Iterator<Item = (Metric, &Distribution)> {
        [
            (Metric::IngestTime, &self.ingest_time),
            (Metric::WriteTime, &self.write_time),
            (Metric::ProjectorLag, &self.projector_lag),
        ]
        .into_iter()
        .filter(|(_, distribution)| !distribution.is_empty())
    }
}
