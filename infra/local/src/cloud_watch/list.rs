//! `ListMetrics`.

use serde::{Deserialize, Serialize};

use super::refusal::Refusal;
use super::series::{MetricId, Metrics};
use super::shapes::Metric;
use crate::clock;

const PAGE: usize = 500;
const RECENT_SECS: i64 = 3 * 3_600;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListMetrics {
    namespace: Option<String>,
    metric_name: Option<String>,
    #[serde(default)]
    dimensions: Vec<DimensionFilter>,
    next_token: Option<String>,
    recently_active: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DimensionFilter {
    name: String,
    value: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Listed {
    metrics: Vec<Metric>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// Metrics in the order of their names. The token of a next page is the number of those before.
pub(super) fn list(metrics: &Metrics, input: &ListMetrics) -> Result<Listed, Refusal> {
    let from: usize = match &input.next_token {
        None => 0,
        Some(token) => token.parse().map_err(|_| Refusal::next_token())?,
    };
    if input
        .recently_active
        .as_ref()
        .is_some_and(|recent| recent != "PT3H")
    {
        return Err(Refusal::value("The parameter RecentlyActive must be PT3H."));
    }
    let recent = clock::now_secs() - RECENT_SECS;
    let all = metrics.list(|id, newest| {
        input.matches(id) && (input.recently_active.is_none() || newest >= recent)
    });
    let metrics: Vec<Metric> = all.iter().skip(from).take(PAGE).map(Metric::from).collect();
    let next = from + metrics.len();
    Ok(Listed {
        metrics,
        next_token: (next < all.len()).then(|| next.to_string()),
    })
}

impl ListMetrics {
    fn matches(&self, id: &MetricId) -> bool {
        self.namespace
            .as_ref()
            .is_none_or(|namespace| *namespace == id.namespace)
            && self
                .metric_name
                .as_ref()
                .is_none_or(|name| *name == id.name)
            && self.dimensions.iter().all(|filter| {
                id.dimensions.iter().any(|(name, value)| {
                    *name == filter.name && filter.value.as_ref().is_none_or(|v| v == value)
                })
            })
    }
}
