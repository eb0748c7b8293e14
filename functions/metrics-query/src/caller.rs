//! Who asks.

use axum::extract::FromRequestParts;
use edge::{Connection, Problem};
use event::{Timestamp, WorkspaceId};
use http::request::Parts;
use policy::Operation;

use crate::MetricsQuery;

/// A caller who may ask.
pub(crate) struct Caller {
    pub workspace: WorkspaceId,
    /// When the request arrived.
    pub now: Timestamp,
}

impl Caller {
    /// Judges the key of a service account, which may ask whatever its role: each role may read.
    ///
    /// Access tokens of the metrics key come here, too, once there are some: they lead to a workspace
    /// by another way, and to nothing else.
    pub(crate) async fn judge(
        metrics_query: &MetricsQuery,
        parts: &mut Parts,
    ) -> Result<Self, Problem> {
        let now = metrics_query.clock.now();
        let connection = Connection::from_request_parts(parts, &()).await?;
        let Parts { headers, uri, .. } = parts;
        let operation = Operation::QueryMetrics;
        let caller = metrics_query
            .gate
            .admit(headers, uri.query(), &connection, operation, now)
            .await?;
        Ok(Self {
            workspace: caller.workspace,
            now,
        })
    }
}
