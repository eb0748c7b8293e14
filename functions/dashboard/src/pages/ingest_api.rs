//! The Ingest API: what comes in, and what it takes to store it.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use policy::Role;
use serde::Deserialize;

use crate::Dashboard;
use crate::frame::{Answer, Frame, Viewing, page};
use crate::graphs::{Span, Table};
use crate::navigation::{Entry, Group, Icon};
use crate::request::Parameters;
use crate::session::Member;

pub(crate) const ENTRY: Entry = Entry {
    title: "Ingest API",
    path: "/dashboard/ingest-api",
    about: "Watch events come in, and the database that stores them.",
    icon: Icon::Ingest,
    group: Group::Apis,
    least: Role::Viewer,
};

pub(crate) fn routes() -> Router<Dashboard> {
    Router::new().route(ENTRY.path, get(show))
}

#[derive(Template)]
#[template(path = "ingest_api.html")]
struct IngestApi {
    frame: Frame,
    spans: [Span; 4],
    span: Span,
    /// What only scripts could show, as tables; none unless asked for.
    tables: Option<Result<[Table; 2], String>>,
}

#[derive(Debug, Deserialize)]
struct Asked {
    range: Option<String>,
    /// `yes`: the values are wanted in the page itself.
    tables: Option<String>,
}

async fn show(
    State(dashboard): State<Dashboard>,
    Parameters(asked): Parameters<Asked>,
    member: Member,
    viewing: Viewing,
) -> Answer {
    let span = Span::asked(asked.range.as_deref())?;
    let tables = if asked.tables.as_deref() == Some("yes") {
        let now = dashboard.0.clock.now();
        let columns = dashboard.0.graphs.read(&member.workspace, span, now).await;
        // The page comes all the same.
        Some(match columns {
            Ok(columns) => Ok(Table::both(&columns)),
            Err(problem) => Err(problem.message().into_owned()),
        })
    } else {
        None
    };
    Ok(page(&IngestApi {
        frame: Frame::new(ENTRY.title, &viewing),
        spans: Span::ALL,
        span,
        tables,
    }))
}
