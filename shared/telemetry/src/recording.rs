//! What happened in one workspace since the last flush.

use std::collections::BTreeMap;

use crate::distribution::{Distribution, as_f64};
use crate::metric::Metric;

/// Sums and distributions of one workspace. Its size is bounded, however much it holds: see
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
