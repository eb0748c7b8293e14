//! Workflows: the list, one with its versions and runs, and one run.

mod change;
mod edit;
mod form;
mod list;
mod one;
mod path;
mod run;

pub(crate) use edit::View;
pub(crate) use form::Form;

use axum::Router;
use axum::routing::{get, post};
use event::WorkflowId;
use policy::Role;

use crate::Dashboard;
use crate::navigation::{Entry, Group, Icon};

pub(crate) const ENTRY: Entry = Entry {
    title: "Workflows",
    path: "/dashboard/workflows",
    about: "What calls, events and clocks start: webhooks, waits, changes of profiles; and what became of each run.",
    icon: Icon::Workflows,
    group: Group::Apis,
    least: Role::Viewer,
};

/// The page of a workflow.
fn page_of(id: &WorkflowId) -> String {
    format!("{}/{id}", ENTRY.path)
}

pub(crate) fn routes() -> Router<Dashboard> {
    Router::new()
        .route(ENTRY.path, get(list::show).post(change::create))
        .route(
            "/dashboard/workflows/{workflow}",
            get(one::show).post(change::save),
        )
        .route(
            "/dashboard/workflows/{workflow}/versions/{version}",
            get(one::version),
        )
        .route("/dashboard/workflows/{workflow}/pause", post(change::pause))
        .route(
            "/dashboard/workflows/{workflow}/resume",
            post(change::resume),
        )
        .route(
            "/dashboard/workflows/{workflow}/secret",
            post(change::rotate),
        )
        .route("/dashboard/workflows/runs/{run}", get(run::show))
        .route("/dashboard/workflows/runs/{run}/cancel", post(run::cancel))
        .route("/dashboard/workflows/runs/{run}/replay", post(run::replay))
        .route("/dashboard/workflows/runs/{run}/rerun", post(run::repeat))
        .route(
            "/dashboard/workflows/destinations",
            post(run::resume_destination),
        )
}
