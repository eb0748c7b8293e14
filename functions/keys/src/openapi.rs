//! The OpenAPI document: this function's part, and all of it as it is served.

pub(crate) mod schema;
pub(crate) mod workflow;

use edge::openapi::{Callers, complete};
use utoipa::openapi::OpenApi;

use crate::routes;

/// The routes of every function, in one document: made by `cargo xtask openapi` out of the parts, and
/// held against them by a test.
pub(crate) const DOCUMENT: &str = include_str!("../openapi.json");

/// The routes of this function, as OpenAPI 3.1 describes them.
pub fn openapi() -> OpenApi {
    let mut document = routes::routes(OpenApi::default());
    complete(&mut document, Callers::Administrators);
    document
}
