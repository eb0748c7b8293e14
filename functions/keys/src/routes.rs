//! The handlers, one module per resource. Each module has a `routes` that names its handlers; the
//! path and method of a handler are part of its description in the OpenAPI document.

mod audit;
mod client_secret;
mod document;
mod keys;
mod remote_config;
mod runs;
mod service_accounts;
mod settings;
mod who;
mod workflows;

use utoipa_axum::router::OpenApiRouter;

use crate::Api;

/// All routes, with their part of the OpenAPI document.
pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .merge(document::routes())
        .merge(keys::routes())
        .merge(client_secret::routes())
        .merge(service_accounts::routes())
        .merge(settings::routes())
        .merge(remote_config::routes())
        .merge(workflows::routes())
        .merge(runs::routes())
        .merge(audit::routes())
}
