//! The Metrics API: its one key with the client secret, from where and for how long answers are kept,
//! the saved metrics, and what ran.

mod cache;
mod key;
mod log;
mod overview;
mod rules;
mod saved;
mod secret;

use axum::Router;
use axum::routing::{get, post};
use policy::Role;

use crate::Dashboard;
use crate::navigation::{Entry, Group, Icon};

pub(crate) const ENTRY: Entry = Entry {
    title: "Metrics API",
    path: "/dashboard/metrics-api",
    about: "Ask with SQL what was sent: its key, saved metrics, and what ran.",
    icon: Icon::Metrics,
    group: Group::Apis,
    least: Role::Viewer,
};

pub(crate) fn routes() -> Router<Dashboard> {
    let below = |rest: &str| format!("{}/{rest}", ENTRY.path);
    Router::new()
        .route(ENTRY.path, get(overview::show))
        .route(&below("key"), get(overview::instead).post(key::create))
        .route(
            &below("key/reveal"),
            get(overview::instead).post(key::reveal),
        )
        .route(
            &below("client-secret"),
            get(overview::instead).post(secret::rotate),
        )
        .route(
            &below("client-secret/end-previous"),
            post(secret::end_previous),
        )
        .route(&below("rules"), get(rules::edit).post(rules::save))
        .route(&below("cache"), get(cache::edit).post(cache::save))
        .route(&below("saved/new"), get(saved::new))
        .route(&below("saved/{metric}"), get(saved::show))
        .route(&below("log"), get(log::show))
}
