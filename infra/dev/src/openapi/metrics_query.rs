//! The part of `metrics-query` in the OpenAPI document. It stands here because that function's crate
//! would bring the whole SQL engine into this program, which everybody waits for first.

// By its path: the document's test takes this file in from elsewhere.
#[path = "metrics_query/bodies.rs"]
mod bodies;

use edge::openapi::{Callers, Failed, complete};
use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;

use self::bodies::{
    LogSpan, MetricColumns, MetricTrial, MetricsAnswer, MetricsQuery, NewMetric, QueryLog,
    SavedMetric, SavedMetricList, SavedMetricQuery,
};

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
