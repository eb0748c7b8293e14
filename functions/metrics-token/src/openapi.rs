//! This function's part of the OpenAPI document.

use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;

use crate::exchange;

#[derive(utoipa::OpenApi)]
#[openapi(paths(exchange::exchange))]
struct Part;

/// The routes of this function, as OpenAPI 3.1 describes them.
pub fn openapi() -> OpenApi {
    Part::openapi()
}
