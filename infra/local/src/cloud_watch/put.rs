//! `PutMetricData`.

use serde::{Deserialize, Serialize};

use super::bucket::Bucket;
use super::cbor::Number;
use super::checks::{check_dimensions, check_length, check_unit, check_value, minute};
use super::journal::Entry;
use super::refusal::Refusal;
use super::series::Metrics;
use super::shapes::{Dimension, metric_id};
use crate::clock;

const MAX_DATA: usize = 1_000;
const MAX_VALUES: usize = 150;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct PutMetricData {
    namespace: Option<String>,
    #[serde(default)]
    metric_data: Vec<Datum>,
    #[serde(default)]
    entity_metric_data: Vec<EntityMetricData>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct EntityMetricData {
    #[serde(default)]
    metric_data: Vec<Datum>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Datum {
    metric_name: Option<String>,
    #[serde(default)]
    dimensions: Vec<Dimension>,
    timestamp: Option<Number>,
    value: Option<Number>,
    statistic_values: Option<StatisticSet>,
    values: Option<Vec<Number>>,
    counts: Option<Vec<Number>>,
    unit: Option<String>,
    storage_resolution: Option<Number>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct StatisticSet {
    sample_count: Number,
    sum: Number,
    minimum: Number,
    maximum: Number,
}

/// The answer has no members.
#[derive(Debug, Serialize)]
pub(super) struct Accepted {}

pub(super) fn put(metrics: &Metrics, input: PutMetricData) -> Result<Accepted, Refusal> {
    let namespace = input
        .namespace
        .ok_or_else(|| Refusal::missing("Namespace"))?;
    check_length("Namespace", &namespace, 255)?;
    if namespace.starts_with("AWS/") || namespace.starts_with(':') {
        let message = format!("The value {namespace} for parameter Namespace is invalid.");
        return Err(Refusal::value(message));
    }
    let mut data = input.metric_data;
    data.extend(
        input
            .entity_metric_data
            .into_iter()
            .flat_map(|entity| entity.metric_data),
    );
    if data.is_empty() {
        return Err(Refusal::missing("MetricData"));
    }
    if data.len() > MAX_DATA {
        let message = "The collection MetricData must not have a size greater than 1000.";
        return Err(Refusal::value(message));
    }
    let now = clock::now_secs_f64();
    let mut entries = Vec::with_capacity(data.len());
    for (index, datum) in data.into_iter().enumerate() {
        let place = format!("MetricData.member.{}", index + 1);
        let bucket = datum.bucket(&place)?;
        let entry = datum.entry(&namespace, &place, &bucket, now)?;
        if bucket.count > 0.0 {
            entries.push(entry);
        }
    }
    metrics.put(entries).map_err(|error| {
        tracing::error!(%error, "cannot write the metrics");
        Refusal::internal()
    })?;
    Ok(Accepted {})
}

impl Datum {
    fn entry(
        self,
        namespace: &str,
        place: &str,
        bucket: &Bucket,
        now: f64,
    ) -> Result<Entry, Refusal> {
        let name = self
            .metric_name
            .ok_or_else(|| Refusal::missing(&format!("{place}.MetricName")))?;
        check_length(&format!("{place}.MetricName"), &name, 255)?;
        check_dimensions(&self.dimensions, place)?;
        let resolution = self
            .storage_resolution
            .map_or(60.0, |resolution| resolution.0);
        if ![1.0, 60.0].contains(&resolution) {
            return Err(Refusal::value(format!(
                "The parameter {place}.StorageResolution must be 1 or 60."
            )));
        }
        let unit = self.unit.unwrap_or_else(|| "None".into());
        check_unit(&unit, place)?;
        let minute = minute(self.timestamp.map_or(now, |time| time.0), place, now)?;
        let id = metric_id(namespace, &name, self.dimensions);
        Ok(Entry::new(&id, &unit, minute, bucket))
    }

    fn bucket(&self, place: &str) -> Result<Bucket, Refusal> {
        let given = [
            self.value.is_some(),
            self.values.is_some(),
            self.statistic_values.is_some(),
        ];
        match given.iter().filter(|given| **given).count() {
            0 => return Err(Refusal::missing(&format!("{place}.Value"))),
            1 => {}
            _ => {
                return Err(Refusal::combination(format!(
                    "The parameters {place}.Value, {place}.Values and {place}.StatisticValues are \
                     mutually exclusive and you have specified more than one."
                )));
            }
        }
        if self.counts.is_some() && self.values.is_none() {
            return Err(Refusal::missing(&format!("{place}.Values")));
        }
        if let Some(value) = self.value {
            return Ok(Bucket::of_values([(
                check_value(value, &format!("{place}.Value"))?,
                1.0,
            )]));
        }
        if let Some(set) = &self.statistic_values {
            return set.bucket(&format!("{place}.StatisticValues"));
        }
        self.distribution(place)
    }

    fn distribution(&self, place: &str) -> Result<Bucket, Refusal> {
        let values = self.values.as_deref().unwrap_or_default();
        if !(1..=MAX_VALUES).contains(&values.len()) {
            return Err(Refusal::value(format!(
                "The collection {place}.Values must have a size from 1 to 150."
            )));
        }
        let counts = self.counts.as_deref();
        if counts.is_some_and(|counts| counts.len() != values.len()) {
            return Err(Refusal::value(format!(
                "The parameters {place}.Values and {place}.Counts must be of the same size."
            )));
        }
        let mut pairs = Vec::with_capacity(values.len());
        for (index, value) in values.iter().enumerate() {
            let value = check_value(*value, &format!("{place}.Values.member.{}", index + 1))?;
            let count = counts
                .and_then(|counts| counts.get(index))
                .map_or(1.0, |count| count.0);
            if !(count.is_finite() && count >= 0.0) {
                let message = format!("The value {count} for {place}.Counts is invalid.");
                return Err(Refusal::value(message));
            }
            pairs.push((value, count));
        }
        Ok(Bucket::of_values(pairs))
    }
}

impl StatisticSet {
    fn bucket(&self, place: &str) -> Result<Bucket, Refusal> {
        let count = check_value(self.sample_count, &format!("{place}.SampleCount"))?;
        let sum = check_value(self.sum, &format!("{place}.Sum"))?;
        let minimum = check_value(self.minimum, &format!("{place}.Minimum"))?;
        let maximum = check_value(self.maximum, &format!("{place}.Maximum"))?;
        if count <= 0.0 {
            return Err(Refusal::value(format!(
                "{place}.SampleCount must be greater than 0."
            )));
        }
        if minimum > maximum {
            let message = format!("{place}.Maximum must be at least {place}.Minimum.");
            return Err(Refusal::combination(message));
        }
        Ok(Bucket::of_statistics(count, sum, minimum, maximum))
    }
}
