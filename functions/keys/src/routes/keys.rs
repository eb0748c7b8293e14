//! `/admin/v1/keys`.

mod answer;
mod change;
mod check;
mod create;
mod list;
mod policy;
mod read;
mod secret;
mod state;
mod suggestions;
mod usage;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Api;

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list::list, create::create))
        .routes(routes!(read::read, change::change, state::revoke))
        .routes(routes!(policy::replace))
        .routes(routes!(secret::reveal))
        .routes(routes!(secret::rotate))
        .routes(routes!(secret::end_previous))
        .routes(routes!(state::disable))
        .routes(routes!(state::enable))
        .routes(routes!(usage::usage))
        .routes(routes!(suggestions::suggestions))
        .routes(routes!(check::check))
}
