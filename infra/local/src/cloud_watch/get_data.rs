//! `GetMetricData`: several queries and expressions over them at once.
//!
//! Known differences: labels are not templates, samples finer than a minute are put together, and
//! `SEARCH`, anomaly bands and Metrics Insights are refused.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::cbor::Number;
use super::math::{Expression, Queries, Query, Source};
use super::refusal::Refusal;
use super::results::{self, Page, seconds};
use super::series::{MetricId, Metrics};
use super::shapes::{Dimension, check_period, metric_id};
use super::statistic::Statistic;

const MAX_QUERIES: usize = 500;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GetMetricData {
    metric_data_queries: Vec<MetricDataQuery>,
    start_time: Number,
    end_time: Number,
    next_token: Option<String>,
    scan_by: Option<String>,
    max_datapoints: Option<Number>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct MetricDataQuery {
    id: String,
    metric_stat: Option<MetricStat>,
    expression: Option<String>,
    label: Option<String>,
    return_data: Option<bool>,
    period: Option<Number>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct MetricStat {
    metric: NamedMetric,
    period: Number,
    stat: String,
    unit: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct NamedMetric {
    namespace: String,
    metric_name: String,
    #[serde(default)]
    dimensions: Vec<Dimension>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct MetricData {
    #[serde(rename = "MetricDataResults")]
    results: Vec<results::MetricDataResult>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
    messages: Vec<String>,
}

pub(super) fn get(metrics: &Metrics, input: GetMetricData) -> Result<MetricData, Refusal> {
    let range = seconds(input.start_time, input.end_time).ok_or_else(|| {
        Refusal::validation("The parameter StartTime must be less than the parameter EndTime.")
    })?;
    let page = Page::parse(
        input.next_token.as_deref(),
        input.max_datapoints,
        input.scan_by.as_deref(),
    )?;
    let queries = queries(input.metric_data_queries)?;
    let found = Queries::new(&queries, metrics, range).evaluate()?;
    let (results, next_token) = page.of(found);
    Ok(MetricData {
        results,
        next_token,
        messages: Vec::new(),
    })
}

fn queries(input: Vec<MetricDataQuery>) -> Result<Vec<Query>, Refusal> {
    if !(1..=MAX_QUERIES).contains(&input.len()) {
        return Err(Refusal::validation(
            "The collection MetricDataQueries must have a size from 1 to 500.",
        ));
    }
    let mut ids = BTreeSet::new();
    let mut queries = Vec::with_capacity(input.len());
    for query in input {
        check_id(&query.id)?;
        if !ids.insert(query.id.clone()) {
            let message = format!("The id {} is used more than once.", query.id);
            return Err(Refusal::validation(message));
        }
        queries.push(query.checked()?);
    }
    if !queries.iter().any(|query| query.returned) {
        return Err(Refusal::validation("At least one query must return data."));
    }
    Ok(queries)
}

impl MetricDataQuery {
    fn checked(self) -> Result<Query, Refusal> {
        let (source, label) = match (self.metric_stat, self.expression) {
            (Some(stat), None) => {
                let label = stat.metric.metric_name.clone();
                (stat.checked()?, label)
            }
            (None, Some(text)) => {
                // Only a search would go by it; here the metrics' own periods hold.
                self.period
                    .map(|period| check_period(period.0, "Period"))
                    .transpose()?;
                (
                    Source::Expression(Expression::parse(&self.id, &text)?),
                    self.id.clone(),
                )
            }
            _ => {
                return Err(Refusal::validation(format!(
                    "The query {} must have either MetricStat or Expression.",
                    self.id
                )));
            }
        };
        Ok(Query {
            id: self.id,
            label: self.label.unwrap_or(label),
            returned: self.return_data.unwrap_or(true),
            source,
        })
    }
}

impl MetricStat {
    fn checked(self) -> Result<Source, Refusal> {
        let period = check_period(self.period.0, "MetricStat.Period").map_err(|_| {
            Refusal::validation("The Period must be 1, 5, 10, 30 or a multiple of 60.")
        })?;
        let statistic = Statistic::parse(&self.stat).ok_or_else(|| {
            Refusal::validation(format!("The statistic {} is invalid.", self.stat))
        })?;
        let id: MetricId = metric_id(
            &self.metric.namespace,
            &self.metric.metric_name,
            self.metric.dimensions,
        );
        Ok(Source::Metric {
            id,
            period,
            statistic,
            unit: self.unit,
        })
    }
}

fn check_id(id: &str) -> Result<(), Refusal> {
    let mut characters = id.chars();
    let starts = characters.next().is_some_and(|c| c.is_ascii_lowercase());
    if starts && id.len() <= 255 && characters.all(|c| c.is_ascii_alphanumeric() || c == '_') {
        return Ok(());
    }
    Err(Refusal::validation(format!(
        "The value {id} for parameter MetricDataQueries.member.Id is not matching expected \
         pattern ^[a-z][a-zA-Z0-9_]*$"
    )))
}
