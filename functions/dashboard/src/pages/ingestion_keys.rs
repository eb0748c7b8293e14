//! Ingestion keys: all that send data, as a table, and a page for each.
//!
//! What is asked for, and every dialog, has an address of its own: `/new`, and below a key `/rules`,
//! `/details`, `/rotate`, `/revoke`. There a GET shows the form, and a POST does what it asks for.

mod ask;
mod create;
mod details;
mod issued;
mod key;
mod list;
mod rules;
mod secret;
mod state;
mod table;

use axum::Router;
use axum::routing::{get, post};
use event::KeyId;
use policy::Role;

use crate::Dashboard;
use crate::navigation::{Entry, Group, Icon};

pub(crate) const ENTRY: Entry = Entry {
    title: "Ingestion keys",
    path: "/dashboard/ingestion-keys",
    about: "The keys that send data: create, rotate, restrict and revoke them.",
    icon: Icon::Keys,
    group: Group::Settings,
    least: Role::Viewer,
};

pub(crate) fn routes() -> Router<Dashboard> {
    let at = |below: &str| format!("{}{below}", ENTRY.path);
    Router::new()
        .route(ENTRY.path, get(list::show))
        .route(&at("/new"), get(create::ask).post(create::create))
        .route(&at("/{key}"), get(key::show))
        .route(&at("/{key}/rules"), get(rules::edit).post(rules::save))
        .route(
            &at("/{key}/details"),
            get(details::edit).post(details::save),
        )
        .route(&at("/{key}/reveal"), get(key::instead).post(secret::reveal))
        .route(&at("/{key}/rotate"), get(secret::ask).post(secret::rotate))
        .route(&at("/{key}/previous"), post(secret::end_previous))
        .route(&at("/{key}/state"), post(state::switch))
        .route(&at("/{key}/revoke"), get(state::ask).post(state::revoke))
}

/// The address of a key's page.
fn page_of(id: &KeyId) -> String {
    format!("{}/{id}", ENTRY.path)
}
