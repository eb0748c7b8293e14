//! The sensors' remote configuration: the newest version, its edit, and those before it.

mod current;
mod history;

use axum::Router;
use axum::routing::{get, post};
use policy::Role;

use crate::Dashboard;
use crate::navigation::{Entry, Group, Icon};

pub(crate) const ENTRY: Entry = Entry {
    title: "Remote configuration",
    path: "/dashboard/remote-configuration",
    about: "What your sensors are to do: edit it, see its versions, go back.",
    icon: Icon::Configuration,
    group: Group::Settings,
    least: Role::Viewer,
};

pub(crate) fn routes() -> Router<Dashboard> {
    Router::new()
        .route(ENTRY.path, get(current::show).post(current::save))
        .route(
            "/dashboard/remote-configuration/versions/{version}",
            get(history::show),
        )
        .route(
            "/dashboard/remote-configuration/versions/{version}/roll-back",
            post(history::roll_back),
        )
}
