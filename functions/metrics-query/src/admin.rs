//! `/admin/v1/metrics`: saved metrics and the query log. Here, since saving a metric needs the planner.

mod answer;
mod caller;
mod failure;
mod log;
mod metrics;
mod request;

use axum::Router;
use axum::middleware::map_response;
use axum::response::Response;
use axum::routing::{get, post};
use http::HeaderValue;
use http::header::CACHE_CONTROL;

use crate::MetricsQuery;

/// The routes, each described in the OpenAPI document beside those of this function's queries.
pub(crate) fn routes() -> Router<MetricsQuery> {
    Router::new()
        .route(
            "/admin/v1/metrics",
            get(metrics::list).post(metrics::create),
        )
        .route("/admin/v1/metrics/dry-run", post(metrics::dry_run))
        .route("/admin/v1/metrics/log", get(log::read))
        .route(
            "/admin/v1/metrics/{metricId}",
            get(metrics::read)
                .put(metrics::replace)
                .delete(metrics::delete),
        )
        .layer(map_response(no_store))
}

/// No answer is kept by anybody on its way.
async fn no_store(mut response: Response) -> Response {
    let no_store = HeaderValue::from_static("no-store");
    response.headers_mut().insert(CACHE_CONTROL, no_store);
    response
}
