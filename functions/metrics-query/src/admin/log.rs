//! `GET /admin/v1/metrics/log`: which queries ran, and how long they took.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use control::{QueryFigures, QuerySummary, SummedQuery};
use edge::Problem;
use event::Timestamp;
use serde::{Deserialize, Serialize};

use super::caller::Viewer;
use super::failure::Failure;
use super::request::Parameters;
use crate::MetricsQuery;

/// What is told of where the caller does not say: the last day.
const DEFAULT_RANGE: Duration = Duration::from_hours(24);
/// Texts in an answer at most, those that ran last.
const MAX_QUERIES: usize = 500;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    /// In milliseconds since 1970.
    from: Option<i64>,
    to: Option<i64>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Log<'a> {
    from: i64,
    to: i64,
    overall: Figures,
    queries: Vec<Query<'a>>,
    truncated: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Query<'a> {
    hash: &'a str,
    sql: &'a str,
    source: &'static str,
    metric_id: Option<&'a str>,
    last_run_at: i64,
    #[serde(flatten)]
    figures: Figures,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Figures {
    runs: u64,
    cached: u64,
    failed: u64,
    p50_ms: f64,
    p90_ms: f64,
    p99_ms: f64,
    bytes_scanned: u64,
    rows: u64,
}

pub(crate) async fn read(
    State(metrics_query): State<MetricsQuery>,
    Viewer(caller): Viewer,
    Parameters(wanted): Parameters<Wanted>,
) -> Result<impl IntoResponse, Failure> {
    let to = wanted.to.map_or(caller.by.at, Timestamp::from_millis);
    let from = wanted.from.map(Timestamp::from_millis);
    let from = from.unwrap_or_else(|| to.minus(DEFAULT_RANGE));
    if from > to {
        let (name, message) = ("from", "must not be later than to".into());
        return Err(Problem::InvalidParameter { name, message }.into());
    }
    let summary = metrics_query
        .log
        .summary(&caller.workspace, from, to)
        .await?;
    Ok(Json(Log::new(from, to, &summary)).into_response())
}

impl<'a> Log<'a> {
    fn new(from: Timestamp, to: Timestamp, summary: &'a QuerySummary) -> Self {
        let queries = summary.queries.iter().take(MAX_QUERIES);
        Self {
            from: from.as_millis(),
            to: to.as_millis(),
            overall: Figures::of(&summary.overall),
            queries: queries.map(Query::of).collect(),
            truncated: summary.truncated || summary.queries.len() > MAX_QUERIES,
        }
    }
}

impl<'a> Query<'a> {
    fn of(query: &'a SummedQuery) -> Self {
        Self {
            hash: &query.hash,
            sql: &query.text,
            source: query.source.as_str(),
            metric_id: query.metric.as_ref().map(event::MetricId::as_str),
            last_run_at: query.last_run_at.as_millis(),
            figures: Figures::of(&query.figures),
        }
    }
}

impl Figures {
    fn of(figures: &QueryFigures) -> Self {
        Self {
            runs: figures.runs,
            cached: figures.cached,
            failed: figures.failed,
            p50_ms: figures.p50_ms,
            p90_ms: figures.p90_ms,
            p99_ms: figures.p99_ms,
            bytes_scanned: figures.bytes_scanned,
            rows: figures.rows,
        }
    }
}
