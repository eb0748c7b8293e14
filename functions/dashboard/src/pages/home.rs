//! Home: what there is. Signed out, the way in.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Redirect;
use axum::routing::get;
use edge::Problem;
use http::HeaderMap;
use policy::Role;
use serde::Deserialize;

use super::welcome;
use crate::Dashboard;
use crate::address::{Address, ROOT};
use crate::advice::Advised;
use crate::frame::{Answer, Frame, Viewing, page};
use crate::navigation::{Entry, Group, Icon};
use crate::request::Parameters;
use crate::session::Session;

pub(crate) const ENTRY: Entry = Entry {
    title: "Home",
    path: ROOT,
    about: "",
    icon: Icon::Home,
    group: Group::Start,
    least: Role::Viewer,
};

pub(crate) fn routes() -> Router<Dashboard> {
    Router::new()
        .route("/", get(async || Redirect::to(ROOT)))
        .route(ROOT, get(home))
}

/// Keys whose advice is listed at most.
const MAX_ADVISED: usize = 5;

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    frame: Frame,
    workspace: String,
    /// Where clients send to.
    base_url: String,
    /// What could be better about keys.
    advised: Vec<Advised>,
    /// Of how many more keys.
    more_advised: usize,
}

#[derive(Debug, Deserialize)]
struct Asked {
    next: Option<String>,
}

async fn home(
    State(dashboard): State<Dashboard>,
    Parameters(asked): Parameters<Asked>,
    viewing: Viewing,
    headers: HeaderMap,
) -> Answer {
    let Some(session) = &viewing.session else {
        return Ok(welcome::page(&dashboard, &viewing, asked.next.as_deref()));
    };
    let place = Session::place(session);
    let (workspace, _) = place.ok_or(Problem::RoleMissing)?;
    let address = Address::of(&dashboard.0.settings, &headers).ok_or(Problem::Internal)?;
    let mut advised: Vec<_> = dashboard.advice(workspace).await.into_values().collect();
    let more_advised = advised.len().saturating_sub(MAX_ADVISED);
    advised.truncate(MAX_ADVISED);
    Ok(page(&Home {
        advised,
        more_advised,
        workspace: workspace.to_string(),
        base_url: address.origin,
        frame: Frame::new(ENTRY.title, &viewing),
    }))
}
