//! `GET /openapi.json`.

use axum::response::IntoResponse;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

use crate::openapi::DOCUMENT;
use crate::routes::named::{Named, name};

pub(crate) fn routes<N: Named>(to: N) -> N {
    name!(to; document)
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
