//! What several operations share: metrics and their dimensions on the wire.

use serde::{Deserialize, Serialize};

use super::refusal::Refusal;
use super::series::MetricId;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Dimension {
    pub(super) name: String,
    pub(super) value: String,
}

/// A metric as an answer names it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Metric {
    pub(super) namespace: String,
    #[serde(rename = "MetricName")]
    pub(super) name: String,
    pub(super) dimensions: Vec<Dimension>,
}

impl From<&MetricId> for Metric {
    fn from(id: &MetricId) -> Self {
        Self {
            namespace: id.namespace.clone(),
            name: id.name.clone(),
            dimensions: id
                .dimensions
                .iter()
                .map(|(name, value)| Dimension {
                    name: name.clone(),
                    value: value.clone(),
                })
                .collect(),
        }
    }
}

/// The identity of a metric: its dimensions in any order are the same metric.
pub(super) fn metric_id(namespace: &str, name: &str, dimensions: Vec<Dimension>) -> MetricId {
    let mut dimensions: Vec<(String, String)> = dimensions
        .into_iter()
        .map(|dimension| (dimension.name, dimension.value))
        .collect();
    dimensions.sort();
    MetricId {
        namespace: namespace.to_owned(),
        name: name.to_owned(),
        dimensions,
    }
}

/// A period in seconds: 1, 5, 10, 30 or a multiple of 60.
pub(super) fn check_period(period: f64, parameter: &str) -> Result<i64, Refusal> {
    #[expect(clippy::cast_possible_truncation, reason = "an f64 saturates")]
    let secs = period as i64;
    if matches!(secs, 1 | 5 | 10 | 30) || (secs > 0 && secs % 60 == 0 && secs <= 365 * 86_400) {
        return Ok(secs);
    }
    Err(Refusal::value(format!(
        "The parameter {parameter} must be 1, 5, 10, 30 or a multiple of 60."
    )))
}
