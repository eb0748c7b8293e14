//! The pages, one file each. A new page is a file and a line in each of these two lists.

mod home;
mod ingest_api;
pub(crate) mod problem;
mod welcome;

use axum::Router;

use crate::Dashboard;
use crate::navigation::Entry;

/// The pages of the navigation, in its order.
pub(crate) const ENTRIES: &[Entry] = &[home::ENTRY, ingest_api::ENTRY];

pub(crate) fn routes() -> Router<Dashboard> {
    home::routes().merge(ingest_api::routes())
}
