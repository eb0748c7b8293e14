//! `/admin/v1/remote-config`: what the sensors of the workspace are to do.

mod answer;
mod current;
mod history;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Api;

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(current::read, current::replace))
        .routes(routes!(current::roll_back))
        .routes(routes!(history::list))
        .routes(routes!(history::read))
}
