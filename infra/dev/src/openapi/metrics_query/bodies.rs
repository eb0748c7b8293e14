//! What `metrics-query` takes and answers.

use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

/// A query. Either `query` or `encodedQuery` is given, or `cursor` alone.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct MetricsQuery {
    /// The SQL.
    query: Option<String>,
    /// The SQL in base64.
    encoded_query: Option<String>,
    /// The values of the placeholders `@{name}`.
    variables: Option<Map<String, Value>>,
    /// Rows of a page.
    #[schema(minimum = 1, maximum = 50000)]
    page_size: Option<u32>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

/// What a saved metric is run with, or `cursor` alone.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SavedMetricQuery {
    /// The values of its variables; those with a default may be left out.
    variables: Option<Map<String, Value>>,
    /// Rows of a page.
    #[schema(minimum = 1, maximum = 50000)]
    page_size: Option<u32>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

/// What the query found.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct MetricsAnswer {
    columns: Vec<MetricsColumn>,
    rows: Vec<Vec<Value>>,
    /// Rows on this page.
    row_count: u64,
    /// Whether the answer was kept from before.
    cached: bool,
    /// When it was computed, in milliseconds since 1970.
    as_of: i64,
    /// Until when it is given again.
    expires_at: i64,
    /// The part of time that was read; absent where no table was.
    range: Option<MetricsRange>,
    rows_scanned: u64,
    bytes_scanned: u64,
    /// How long it took to compute.
    duration_ms: u64,
    /// Absent: there is no more.
    next_cursor: Option<String>,
}

/// A column of the answer.
#[derive(Serialize, ToSchema)]
pub(super) struct MetricsColumn {
    name: String,
    r#type: String,
}

/// A part of time, in milliseconds since 1970.
#[derive(Serialize, ToSchema)]
pub(super) struct MetricsRange {
    from: i64,
    to: i64,
}

/// A metric to be saved.
#[derive(Serialize, ToSchema)]
pub(super) struct NewMetric {
    #[schema(min_length = 1, max_length = 64, example = "Checkouts by day")]
    name: String,
    /// The SQL, with its variables as `@{name}`.
    sql: String,
    /// None if absent.
    #[schema(max_items = 50, required = false)]
    variables: Vec<MetricVariable>,
}

/// A text to be tried.
#[derive(Serialize, ToSchema)]
pub(super) struct MetricTrial {
    sql: String,
    #[schema(max_items = 50, required = false)]
    variables: Vec<MetricVariable>,
}

/// A variable of a saved metric.
#[derive(Serialize, ToSchema)]
pub(super) struct MetricVariable {
    #[schema(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9_]+$")]
    name: String,
    r#type: VariableType,
    /// Its value where the caller gives none; without one the caller must.
    default: Option<Value>,
}

/// What the values of a variable are.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(dead_code, reason = "its names are what counts")]
pub(super) enum VariableType {
    /// A text.
    Text,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A list of texts, numbers and booleans, for `IN (@{name})`.
    List,
}

/// A saved metric.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SavedMetric {
    id: String,
    name: String,
    sql: String,
    variables: Vec<MetricVariable>,
    creator: MetricCreator,
    created_at: i64,
    changed_at: i64,
    version: u64,
}

/// Who saved a metric.
#[derive(Serialize, ToSchema)]
pub(super) struct MetricCreator {
    /// `service_account` or `person`.
    kind: String,
    id: String,
    name: String,
}

/// The saved metrics of a workspace.
#[derive(Serialize, ToSchema)]
pub(super) struct SavedMetricList {
    metrics: Vec<SavedMetric>,
}

/// What a text would answer.
#[derive(Serialize, ToSchema)]
pub(super) struct MetricColumns {
    columns: Vec<MetricsColumn>,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "its names are what counts")]
pub(super) struct LogSpan {
    /// In milliseconds since 1970; a day before `to` if absent. Kept for 30 days.
    from: Option<i64>,
    /// In milliseconds since 1970; now if absent.
    to: Option<i64>,
}

/// Which queries ran.
#[derive(Serialize, ToSchema)]
pub(super) struct QueryLog {
    from: i64,
    to: i64,
    /// All of it together.
    overall: QueryFigures,
    /// Each text from each source, what ran last first; 500 at most.
    queries: Vec<LoggedQuery>,
    /// Whether something is left out.
    truncated: bool,
}

/// A text that ran.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct LoggedQuery {
    /// Equal for equal texts.
    hash: String,
    /// The text, 2,000 characters of it at most.
    sql: String,
    /// `saved`, `ad_hoc` or `dashboard`.
    source: String,
    /// The saved metric that it is of.
    metric_id: Option<String>,
    last_run_at: i64,
    #[serde(flatten)]
    figures: QueryFigures,
}

/// How often queries ran, and what they took. Times are in milliseconds, from the request to the answer.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct QueryFigures {
    runs: u64,
    /// How often the answer was kept from before.
    cached: u64,
    /// How often there was no answer.
    failed: u64,
    p50_ms: f64,
    p90_ms: f64,
    p99_ms: f64,
    bytes_scanned: u64,
    rows: u64,
}
