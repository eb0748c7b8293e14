//! The handlers, one module per resource. Each module has a `routes` that names its handlers; the
//! path and method of a handler are part of its description in the OpenAPI document.

mod audit;
mod client_secret;
mod document;
mod keys;
mod named;
mod remote_config;
mod runs;
mod service_accounts;
mod settings;
mod who;
mod workflows;

use self::named::Named;

/// Names all handlers to a reader.
pub(crate) fn routes<N: Named>(to: N) -> N {
    let to = document::routes(to);
    let to = keys::routes(to);
    let to = client_secret::routes(to);
    let to = service_accounts::routes(to);
    let to = settings::routes(to);
    let to = remote_config::routes(to);
    let to = workflows::routes(to);
    let to = runs::routes(to);
    audit::routes(to)
}
