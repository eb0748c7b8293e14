//! Service accounts and their API keys: what automation acts as, and what it shows.

mod account;
mod collection;
mod keys;

use axum::Router;
use axum::routing::{get, post};
use policy::Role;

use crate::Dashboard;
use crate::navigation::{Entry, Group, Icon};

pub(crate) const ENTRY: Entry = Entry {
    title: "API keys & service accounts",
    path: "/dashboard/service-accounts",
    about: "What your automation acts as: its role, and the API keys it shows.",
    icon: Icon::Accounts,
    group: Group::Settings,
    least: Role::Admin,
};

pub(crate) fn routes() -> Router<Dashboard> {
    Router::new()
        .route(ENTRY.path, get(collection::show).post(collection::create))
        .route(
            "/dashboard/service-accounts/{account}",
            get(account::show).post(account::change),
        )
        .route(
            "/dashboard/service-accounts/{account}/delete",
            post(account::delete),
        )
        .route(
            "/dashboard/service-accounts/{account}/keys",
            get(account::instead).post(keys::create),
        )
        .route(
            "/dashboard/service-accounts/{account}/keys/{key}/disable",
            post(keys::disable),
        )
}

/// Where an account's page is.
fn page_of(id: &event::ServiceAccountId) -> String {
    format!("{}/{id}", ENTRY.path)
}
