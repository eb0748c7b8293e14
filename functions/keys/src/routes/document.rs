//! `GET /openapi.json`.

use axum::response::IntoResponse;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Api;
use crate::openapi::DOCUMENT;

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(document))
}

/// Read this document
#[utoipa::path(
    get,
    path = "/openapi.json",
    operation_id = "readOpenApi",
    tag = "About",
    responses((status = 200, description = "All routes, as OpenAPI 3.1 describes them",
        content_type = "application/json")),
    security(()),
)]
async fn document() -> impl IntoResponse {
    let headers = [
        (CONTENT_TYPE, "application/json"),
        (CACHE_CONTROL, "public, max-age=300"),
    ];
    (headers, DOCUMENT)
}
