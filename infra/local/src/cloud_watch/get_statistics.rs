//! `GetMetricStatistics`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::bucket::Bucket;
use super::cbor::{Moment, Number};
use super::refusal::Refusal;
use super::results::seconds;
use super::series::Metrics;
use super::shapes::{Dimension, check_period, metric_id};
use super::statistic::Statistic;

const MAX_DATAPOINTS: i64 = 1_440;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GetMetricStatistics {
    namespace: String,
    metric_name: String,
    #[serde(default)]
    dimensions: Vec<Dimension>,
    start_time: Number,
    end_time: Number,
    period: Number,
    #[serde(default)]
    statistics: Vec<String>,
    #[serde(default)]
    extended_statistics: Vec<String>,
    unit: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Statistics {
    label: String,
    datapoints: Vec<Datapoint>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Datapoint {
    timestamp: Moment,
    unit: String,
    #[serde(flatten)]
    statistics: BTreeMap<String, f64>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    extended_statistics: BTreeMap<String, f64>,
}

pub(super) fn get(metrics: &Metrics, input: GetMetricStatistics) -> Result<Statistics, Refusal> {
    let period = check_period(input.period.0, "Period")?;
    let range = seconds(input.start_time, input.end_time).ok_or_else(|| {
        Refusal::combination("The parameter StartTime must be less than the parameter EndTime.")
    })?;
    if (range.end - range.start) / period > MAX_DATAPOINTS {
        return Err(Refusal::combination(
            "You have requested more datapoints than the limit of 1440. You may reduce the \
             datapoints requested by increasing Period, or decreasing the time range.",
        ));
    }
    let plain = statistics(&input.statistics, false)?;
    let extended = statistics(&input.extended_statistics, true)?;
    if plain.is_empty() && extended.is_empty() {
        return Err(Refusal::missing("Statistics"));
    }
    let id = metric_id(&input.namespace, &input.metric_name, input.dimensions);
    let buckets = metrics.buckets(&id, input.unit.as_deref(), period, range);
    let datapoints = buckets
        .iter()
        .flat_map(|(unit, buckets)| {
            buckets
                .iter()
                .map(move |(time, bucket)| (unit, time, bucket))
        })
        .map(|(unit, time, bucket)| Datapoint {
            timestamp: Moment(*time),
            unit: unit.clone(),
            statistics: values(&plain, bucket),
            extended_statistics: values(&extended, bucket),
        })
        .collect();
    Ok(Statistics {
        label: input.metric_name,
        datapoints,
    })
}

fn values(statistics: &[(String, Statistic)], bucket: &Bucket) -> BTreeMap<String, f64> {
    let value =
        |(name, statistic): &(String, Statistic)| Some((name.clone(), statistic.of(bucket)?));
    statistics.iter().filter_map(value).collect()
}

fn statistics(names: &[String], extended: bool) -> Result<Vec<(String, Statistic)>, Refusal> {
    let statistic = |name: &String| {
        let statistic = Statistic::parse(name)
            .filter(|_| extended == name.starts_with(|c: char| c.is_ascii_lowercase()))
            .ok_or_else(|| Refusal::value(format!("The statistic {name} is invalid.")))?;
        Ok((name.clone(), statistic))
    };
    names.iter().map(statistic).collect()
}
