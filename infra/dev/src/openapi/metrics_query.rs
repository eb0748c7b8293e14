//! The part of `metrics-query` in the OpenAPI document. It stands here because that function's crate
//! would bring the whole SQL engine into this program, which everybody waits for first.

use edge::openapi::{Callers, complete};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::openapi::OpenApi;
use utoipa::{OpenApi as _, ToSchema};

#[derive(utoipa::OpenApi)]
#[openapi(paths(query))]
struct Part;

/// The routes of `metrics-query`, as OpenAPI 3.1 describes them.
pub(crate) fn openapi() -> OpenApi {
    let mut document = Part::openapi();
    complete(&mut document, Callers::Keys);
    document
}

#[utoipa::path(
    post,
    path = "/metrics/query",
    operation_id = "queryMetrics",
    tag = "Metrics",
    summary = "Query the events with SQL",
    description = "With an API key of a service account. The answer is JSON, CSV, NDJSON or an Arrow stream, as `Accept` asks.",
    request_body = MetricsQuery,
    responses((status = 200, description = "The answer", body = MetricsAnswer)),
)]
#[expect(dead_code, reason = "what carries the description of the route")]
const fn query() {}

/// A query. Either `query` or `encodedQuery` is given.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MetricsQuery {
    /// The SQL.
    query: Option<String>,
    /// The SQL in base64.
    encoded_query: Option<String>,
    /// The values of the placeholders `@{name}`.
    variables: Option<Map<String, Value>>,
}

/// What the query found.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MetricsAnswer {
    columns: Vec<MetricsColumn>,
    rows: Vec<Vec<Value>>,
    row_count: u64,
}

/// A column of the answer.
#[derive(Serialize, ToSchema)]
struct MetricsColumn {
    name: String,
    r#type: String,
}
