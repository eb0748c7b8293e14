//! `/admin/v1/workflow-runs` and `/admin/v1/workflow-destinations`.

mod answer;
mod destinations;
mod list;
mod one;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Api;

pub(crate) use answer::RunList;

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(one::read))
        .routes(routes!(one::cancel))
        .routes(routes!(one::repeat))
        .routes(routes!(one::replay))
        .routes(routes!(destinations::list))
        .routes(routes!(destinations::resume))
}
