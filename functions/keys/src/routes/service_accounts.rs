//! `/admin/v1/service-accounts`.

mod answer;
mod change;
mod collection;
mod keys;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Api;

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(collection::list, collection::create))
        .routes(routes!(change::read, change::change, change::delete))
        .routes(routes!(keys::list, keys::create))
        .routes(routes!(keys::revoke))
}
