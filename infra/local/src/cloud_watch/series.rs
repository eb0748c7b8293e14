//! All metrics: minutes of samples per metric and unit.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use super::bucket::Bucket;
use super::journal::{Entry, Journal};
use crate::{Result, clock};

pub(super) const SECS_PER_MINUTE: i64 = 60;

/// One-minute samples are kept this long; AWS keeps them 15 days too.
pub(super) const RETENTION_SECS: i64 = 15 * 86_400;

/// A metric's identity; dimensions sorted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct MetricId {
    pub(super) namespace: String,
    pub(super) name: String,
    pub(super) dimensions: Vec<(String, String)>,
}

/// Buckets by the second their minute begins.
pub(super) type Minutes = BTreeMap<i64, Bucket>;

type ByUnit = BTreeMap<String, Minutes>;

/// The metrics, in memory and, where there is a file, on disk.
#[derive(Debug)]
pub(crate) struct Metrics {
    series: Mutex<BTreeMap<MetricId, ByUnit>>,
    journal: Option<Mutex<Journal>>,
}

impl Metrics {
    pub(crate) const fn memory() -> Self {
        Self {
            series: Mutex::new(BTreeMap::new()),
            journal: None,
        }
    }

    /// Reads the file, where there is one, and writes it anew without what is too old.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let mut series = BTreeMap::new();
        let oldest = clock::now_secs() - RETENTION_SECS;
        Journal::read(path, |entry| {
            if entry.minute >= oldest {
                add(&mut series, entry);
            }
        })?;
        let entries = series.iter().flat_map(|(id, units): (&MetricId, &ByUnit)| {
            units.iter().flat_map(move |(unit, minutes)| {
                minutes
                    .iter()
                    .map(move |(minute, bucket)| Entry::new(id, unit, *minute, bucket))
            })
        });
        let journal = Journal::rewrite(path, entries)?;
        Ok(Self {
            series: Mutex::new(series),
            journal: Some(Mutex::new(journal)),
        })
    }

    /// Adds samples; on an error none of them count.
    pub(super) fn put(&self, entries: Vec<Entry>) -> std::io::Result<()> {
        if let Some(journal) = &self.journal {
            journal
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .append(&entries)?;
        }
        let mut series = self.series.lock().unwrap_or_else(PoisonError::into_inner);
        for entry in entries {
            add(&mut series, entry);
        }
        Ok(())
    }

    /// Buckets of `period` seconds that begin in `from..to`, by unit; all units where none is asked.
    /// Buckets begin at multiples of the period.
    pub(super) fn buckets(
        &self,
        id: &MetricId,
        unit: Option<&str>,
        period: i64,
        range: std::ops::Range<i64>,
    ) -> BTreeMap<String, Minutes> {
        let from = range.start.div_euclid(period) * period;
        let series = self.series.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(units) = series.get(id).filter(|_| from < range.end) else {
            return BTreeMap::new();
        };
        let wanted = units
            .iter()
            .filter(|(name, _)| unit.is_none_or(|unit| unit == *name));
        wanted
            .map(|(name, minutes)| {
                let mut buckets = Minutes::new();
                for (minute, bucket) in minutes.range(from..range.end) {
                    let begins = minute.div_euclid(period) * period;
                    buckets
                        .entry(begins)
                        .or_insert_with(Bucket::empty)
                        .merge(bucket);
                }
                (name.clone(), buckets)
            })
            .filter(|(_, buckets)| !buckets.is_empty())
            .collect()
    }

    /// The metrics that `wanted` asks for, with the newest minute of each.
    pub(super) fn list(&self, wanted: impl Fn(&MetricId, i64) -> bool) -> Vec<MetricId> {
        let series = self.series.lock().unwrap_or_else(PoisonError::into_inner);
        let newest = |units: &ByUnit| {
            units
                .values()
                .filter_map(|minutes| minutes.keys().next_back())
                .max()
                .copied()
        };
        series
            .iter()
            .filter(|(id, units)| wanted(id, newest(units).unwrap_or_default()))
            .map(|(id, _)| id.clone())
            .collect()
    }
}

fn add(series: &mut BTreeMap<MetricId, ByUnit>, entry: Entry) {
    let (id, unit, minute, bucket) = entry.into_parts();
    let minutes = series.entry(id).or_default().entry(unit).or_default();
    minutes
        .entry(minute)
        .or_insert_with(Bucket::empty)
        .merge(&bucket);
}
