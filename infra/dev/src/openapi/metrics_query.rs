//! The part of `metrics-query` in the OpenAPI document. It stands here because that function's crate
//! would bring the whole SQL engine into this program, which everybody waits for first.
#![expect(
    unused_qualifications,
    reason = "utoipa names the parameters by their path"
)]

use edge::openapi::{Callers, Failed, complete};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::openapi::OpenApi;
use utoipa::{IntoParams, OpenApi as _, ToSchema};

#[derive(utoipa::OpenApi)]
#[openapi(paths(query, query_saved))]
struct Queries;

#[derive(utoipa::OpenApi)]
#[openapi(paths(
    list_metrics,
    create_metric,
    dry_run,
    read_log,
    read_metric,
    change_metric,
    delete_metric
))]
struct Administration;

/// The routes of `metrics-query`, as OpenAPI 3.1 describes them.
pub(crate) fn openapi() -> OpenApi {
    let mut document = Queries::openapi();
    complete(&mut document, Callers::Keys);
    let mut administration = Administration::openapi();
    complete(&mut administration, Callers::Administrators);
    document.merge(administration);
    document
}

macro_rules! routes {
    ($($(#[$description:meta])* $name:ident),* $(,)?) => {
        $(
            $(#[$description])*
            #[expect(dead_code, reason = "what carries the description of the route")]
            const fn $name() {}
        )*
    };
}

routes! {
    #[utoipa::path(
        post,
        path = "/metrics/query",
        operation_id = "queryMetrics",
        tag = "Metrics",
        summary = "Query the events with SQL",
        description = "With an access token of the Metrics API, or an API key of a service account. The answer is JSON, CSV, NDJSON or an Arrow stream, as `Accept` asks. It may have been kept from before: `Cache-Control: no-cache` has it computed anew.",
        request_body = MetricsQuery,
        responses((status = 200, description = "The answer, or a page of it", body = MetricsAnswer)),
    )]
    query,
    #[utoipa::path(
        post,
        path = "/metrics/query/{metricId}",
        operation_id = "querySavedMetric",
        tag = "Metrics",
        summary = "Run a saved metric",
        description = "As a query; the text is the metric's, and its variables have their types and defaults.",
        params(("metricId" = String, Path, description = "The metric's id")),
        request_body = SavedMetricQuery,
        responses((status = 200, description = "The answer, or a page of it", body = MetricsAnswer)),
    )]
    query_saved,
    #[utoipa::path(
        get,
        path = "/admin/v1/metrics",
        operation_id = "listMetrics",
        tag = "Saved metrics",
        summary = "List the saved metrics",
        description = "In the order of their names.",
        responses((status = 200, description = "All of them", body = SavedMetricList)),
        extensions(("x-weir-role" = json!("viewer"))),
    )]
    list_metrics,
    #[utoipa::path(
        post,
        path = "/admin/v1/metrics",
        operation_id = "createMetric",
        tag = "Saved metrics",
        summary = "Save a metric",
        description = "A text that cannot be planned is refused, with the place of the fault.",
        request_body = NewMetric,
        responses(
            (status = 201, description = "The metric", body = SavedMetric,
                headers(
                    ("ETag" = String, description = "The metric's version"),
                    ("Location" = String, description = "The metric's path"),
                )),
            (status = 409, description = "`conflict`: the name is taken", body = Failed),
        ),
        extensions(("x-weir-role" = json!("editor"))),
    )]
    create_metric,
    #[utoipa::path(
        post,
        path = "/admin/v1/metrics/dry-run",
        operation_id = "tryMetric",
        tag = "Saved metrics",
        summary = "Try a text without saving it",
        description = "Says which columns it would answer. Nothing is read.",
        request_body = MetricTrial,
        responses((status = 200, description = "The columns", body = MetricColumns)),
        extensions(("x-weir-role" = json!("viewer"))),
    )]
    dry_run,
    #[utoipa::path(
        get,
        path = "/admin/v1/metrics/log",
        operation_id = "readQueryLog",
        tag = "Saved metrics",
        summary = "Read which queries ran, and how long they took",
        params(LogSpan),
        responses((status = 200, description = "What ran", body = QueryLog)),
        extensions(("x-weir-role" = json!("viewer"))),
    )]
    read_log,
    #[utoipa::path(
        get,
        path = "/admin/v1/metrics/{metricId}",
        operation_id = "readMetric",
        tag = "Saved metrics",
        summary = "Read a saved metric",
        description = "The answer's `ETag` is what a change wants as `If-Match`.",
        params(("metricId" = String, Path, description = "The metric's id")),
        responses((status = 200, description = "The metric", body = SavedMetric,
            headers(("ETag" = String, description = "Its version")))),
        extensions(("x-weir-role" = json!("viewer"))),
    )]
    read_metric,
    #[utoipa::path(
        put,
        path = "/admin/v1/metrics/{metricId}",
        operation_id = "changeMetric",
        tag = "Saved metrics",
        summary = "Change a saved metric",
        description = "Answers that were kept of it count no more.",
        params(
            ("metricId" = String, Path, description = "The metric's id"),
            ("If-Match" = String, Header, description = "The version that the caller saw"),
        ),
        request_body = NewMetric,
        responses(
            (status = 200, description = "The metric", body = SavedMetric,
                headers(("ETag" = String, description = "Its version"))),
            (status = 409, description = "`conflict`: the name is taken", body = Failed),
            (status = 412, description = "`version_stale`: somebody else was faster", body = Failed),
            (status = 428, description = "`precondition_required`: no `If-Match`", body = Failed),
        ),
        extensions(("x-weir-role" = json!("editor"))),
    )]
    change_metric,
    #[utoipa::path(
        delete,
        path = "/admin/v1/metrics/{metricId}",
        operation_id = "deleteMetric",
        tag = "Saved metrics",
        summary = "Delete a saved metric",
        params(("metricId" = String, Path, description = "The metric's id")),
        responses((status = 204, description = "It is gone")),
        extensions(("x-weir-role" = json!("editor"))),
    )]
    delete_metric,
}

/// A query. Either `query` or `encodedQuery` is given, or `cursor` alone.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MetricsQuery {
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
struct SavedMetricQuery {
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
struct MetricsAnswer {
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
struct MetricsColumn {
    name: String,
    r#type: String,
}

/// A part of time, in milliseconds since 1970.
#[derive(Serialize, ToSchema)]
struct MetricsRange {
    from: i64,
    to: i64,
}

/// A metric to be saved.
#[derive(Serialize, ToSchema)]
struct NewMetric {
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
struct MetricTrial {
    sql: String,
    #[schema(max_items = 50, required = false)]
    variables: Vec<MetricVariable>,
}

/// A variable of a saved metric.
#[derive(Serialize, ToSchema)]
struct MetricVariable {
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
enum VariableType {
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
struct SavedMetric {
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
struct MetricCreator {
    /// `service_account` or `person`.
    kind: String,
    id: String,
    name: String,
}

/// The saved metrics of a workspace.
#[derive(Serialize, ToSchema)]
struct SavedMetricList {
    metrics: Vec<SavedMetric>,
}

/// What a text would answer.
#[derive(Serialize, ToSchema)]
struct MetricColumns {
    columns: Vec<MetricsColumn>,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "its names are what counts")]
struct LogSpan {
    /// In milliseconds since 1970; a day before `to` if absent. Kept for 30 days.
    from: Option<i64>,
    /// In milliseconds since 1970; now if absent.
    to: Option<i64>,
}

/// Which queries ran.
#[derive(Serialize, ToSchema)]
struct QueryLog {
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
struct LoggedQuery {
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
struct QueryFigures {
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
