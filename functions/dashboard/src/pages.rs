//! The pages, one file each. A new page is a file and a line in each of these two lists.

mod audit_log;
mod getting_started;
mod home;
mod ingest_api;
mod ingestion_keys;
mod live;
mod metrics_api;
pub(crate) mod problem;
mod remote_config;
mod service_accounts;
mod welcome;
mod workflows;
mod workspace;

use axum::Router;

use crate::Dashboard;
use crate::navigation::Entry;

/// The pages of the navigation, in its order.
pub(crate) const ENTRIES: &[Entry] = &[
    home::ENTRY,
    getting_started::ENTRY,
    ingest_api::ENTRY,
    live::ENTRY,
    metrics_api::ENTRY,
    workflows::ENTRY,
    ingestion_keys::ENTRY,
    service_accounts::ENTRY,
    remote_config::ENTRY,
    audit_log::ENTRY,
    workspace::ENTRY,
];

pub(crate) fn routes() -> Router<Dashboard> {
    home::routes()
        .merge(getting_started::routes())
        .merge(ingest_api::routes())
        .merge(live::routes())
        .merge(metrics_api::routes())
        .merge(workflows::routes())
        .merge(ingestion_keys::routes())
        .merge(service_accounts::routes())
        .merge(remote_config::routes())
        .merge(audit_log::routes())
        .merge(workspace::routes())
}
