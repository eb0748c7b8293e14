//! The functions of metric math.

use std::collections::BTreeMap;
use std::ops::Range;

use super::Points;
use super::value::{Labelled, Value};

/// What to do where a series has no point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Fill {
    With(f64),
    Repeat,
    Linear,
}

impl Fill {
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "REPEAT" => Some(Self::Repeat),
            "LINEAR" => Some(Self::Linear),
            _ => None,
        }
    }
}

/// `SUM` and its like: of one series a number, of an array of series a series.
pub(super) fn aggregate(value: Value, of: fn(&[f64]) -> f64) -> Value {
    match value {
        Value::Scalar(number) => Value::Scalar(number),
        Value::Series(series) => {
            let values: Vec<f64> = series.points.into_values().collect();
            Value::Scalar(if values.is_empty() { 0.0 } else { of(&values) })
        }
        Value::List(list) => {
            let mut columns: BTreeMap<i64, Vec<f64>> = BTreeMap::new();
            let period = list.iter().map(|series| series.period).max().unwrap_or(60);
            for (time, value) in list.into_iter().flat_map(|series| series.points) {
                columns.entry(time).or_default().push(value);
            }
            let points = columns
                .iter()
                .map(|(time, values)| (*time, of(values)))
                .collect();
            Value::Series(Labelled {
                label: String::new(),
                period,
                points,
            })
        }
    }
}

pub(super) fn sum(values: &[f64]) -> f64 {
    values.iter().sum()
}

#[expect(clippy::cast_precision_loss, reason = "a number of data points")]
pub(super) fn average(values: &[f64]) -> f64 {
    sum(values) / values.len() as f64
}

pub(super) fn minimum(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::INFINITY, f64::min)
}

pub(super) fn maximum(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::NEG_INFINITY, f64::max)
}

/// Each point less the one before; the first has none.
pub(super) fn differences(series: Labelled, per_second: bool) -> Labelled {
    let pairs = series.points.iter().zip(series.points.iter().skip(1));
    let points = pairs.map(|((before, old), (time, new))| {
        #[expect(
            clippy::cast_precision_loss,
            reason = "seconds between two data points"
        )]
        let secs = if per_second {
            (time - before) as f64
        } else {
            1.0
        };
        (*time, (new - old) / secs)
    });
    Labelled {
        points: points.collect(),
        ..series
    }
}

pub(super) fn running_sum(series: Labelled) -> Labelled {
    let mut sum = 0.0;
    let points = series.points.iter().map(|(time, value)| {
        sum += value;
        (*time, sum)
    });
    Labelled {
        points: points.collect(),
        ..series
    }
}

/// A point for each period of the range.
pub(super) fn fill(series: Labelled, fill: Fill, range: &Range<i64>) -> Labelled {
    let period = series.period.max(60);
    let first = range.start.div_euclid(period) * period;
    let mut points = Points::new();
    let mut time = first;
    while time < range.end {
        if let Some(value) = value_at(&series.points, time, fill) {
            points.insert(time, value);
        }
        time += period;
    }
    Labelled { points, ..series }
}

fn value_at(points: &Points, time: i64, fill: Fill) -> Option<f64> {
    if let Some(value) = points.get(&time) {
        return Some(*value);
    }
    let before = points.range(..time).next_back();
    match fill {
        Fill::With(number) => Some(number),
        Fill::Repeat => before.map(|(_, value)| *value),
        Fill::Linear => {
            let ((t0, v0), (t1, v1)) = (before?, points.range(time..).next()?);
            #[expect(clippy::cast_precision_loss, reason = "seconds within weeks")]
            let part = (time - t0) as f64 / (t1 - t0) as f64;
            Some(v0 + (v1 - v0) * part)
        }
    }
}

/// `IF(condition, then, otherwise)`: point by point, true where the condition is not zero.
pub(super) fn choose(condition: Value, then: &Value, otherwise: &Value) -> Result<Value, String> {
    let chosen = |number: f64| if number == 0.0 { otherwise } else { then };
    let at = |value: &Value, time: i64| match value {
        Value::Scalar(number) => Some(*number),
        Value::Series(series) => series.points.get(&time).copied(),
        Value::List(_) => None,
    };
    match condition {
        Value::Scalar(number) => Ok(chosen(number).clone()),
        Value::Series(series) => {
            let points = series.points.iter();
            let points =
                points.filter_map(|(time, value)| Some((*time, at(chosen(*value), *time)?)));
            Ok(Value::Series(Labelled {
                points: points.collect(),
                ..series
            }))
        }
        Value::List(_) => Err("IF expects a time series or a number as its condition".into()),
    }
}
