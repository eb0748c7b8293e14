//! The values of the graphs: out of CloudWatch by one call, kept for some seconds.

mod columns;
mod span;
mod table;

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use edge::Problem;
use event::{Timestamp, WorkspaceId};
use moka::sync::Cache;
use serde::Deserialize;
use telemetry::Namespace;
use telemetry::read::{Range, Reader};

pub(crate) use columns::Columns;
pub(crate) use span::Span;
pub(crate) use table::Table;

use crate::Dashboard;
use crate::member::Member;
use crate::request::Parameters;

/// Workspaces and spans remembered at most.
const CAPACITY: u64 = 1_000;

/// Reads both graphs of a workspace. However many people look at them in however many windows, a
/// process asks CloudWatch once in [`Span::lifetime`].
#[derive(Debug)]
pub(crate) struct Graphs {
    reader: Reader,
    read: Cache<(WorkspaceId, Span), Arc<Columns>>,
}

impl Graphs {
    pub(crate) fn new(namespace: Namespace, client: aws_sdk_cloudwatch::Client) -> Self {
        Self {
            reader: Reader::in_namespace(namespace, client),
            read: Cache::new(CAPACITY),
        }
    }

    /// The values up to now, or to some seconds ago.
    pub(crate) async fn read(
        &self,
        workspace: &WorkspaceId,
        span: Span,
        now: Timestamp,
    ) -> Result<Arc<Columns>, Problem> {
        let name = (workspace.clone(), span);
        if let Some(columns) = self.read.get(&name)
            && now.since(columns.read_at) < span.lifetime()
        {
            return Ok(columns);
        }
        let range = Range::new(now.minus(span.length()), now).map_err(|error| {
            tracing::error!(%error, "a span is no range");
            Problem::Internal
        })?;
        let graphs = self.reader.graphs(workspace, range).await;
        let graphs = graphs.map_err(|error| {
            tracing::warn!(%error, "the graphs have no values");
            Problem::MetricsUnavailable
        })?;
        let columns = Arc::new(Columns::new(span, range, &graphs, now));
        self.read.insert(name, Arc::clone(&columns));
        Ok(columns)
    }
}

pub(crate) fn routes() -> Router<Dashboard> {
    Router::new().route("/dashboard/data/graphs", get(data))
}

#[derive(Debug, Deserialize)]
struct Asked {
    range: Option<String>,
}

/// `GET /dashboard/data/graphs?range=`: the values, for the page's scripts.
async fn data(
    State(dashboard): State<Dashboard>,
    Parameters(asked): Parameters<Asked>,
    member: Member,
) -> Result<Response, Problem> {
    let span = Span::asked(asked.range.as_deref())?;
    let now = dashboard.0.clock.now();
    let columns = dashboard
        .0
        .graphs
        .read(&member.workspace, span, now)
        .await?;
    Ok(Json(&*columns).into_response())
}
