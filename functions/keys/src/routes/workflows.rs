//! `/admin/v1/workflows`.

mod answer;
mod collection;
mod one;
mod runs;
mod secret;
mod versions;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Api;

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(collection::list, collection::create))
        .routes(routes!(one::read, one::replace))
        .routes(routes!(one::pause))
        .routes(routes!(one::resume))
        .routes(routes!(secret::rotate))
        .routes(routes!(versions::list))
        .routes(routes!(versions::read))
        .routes(routes!(runs::list))
}
