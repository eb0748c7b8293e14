//! Who calls, with which role: extractors. A handler that takes [`Editor`] is for editors and admins.

use axum::extract::FromRequestParts;
use control::By;
use edge::{Connection, Problem};
use event::WorkspaceId;
use http::request::Parts;
use policy::Role;

use crate::MetricsQuery;

/// Who calls, in the words of the use cases.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// In whose name.
    pub(crate) workspace: WorkspaceId,
    /// Who, from where and when.
    pub(crate) by: By,
}

impl Caller {
    /// The caller, if their role is that or more. Judged before anything else of the request.
    async fn with_role(
        metrics_query: &MetricsQuery,
        parts: &mut Parts,
        role: Role,
    ) -> Result<Self, Problem> {
        let now = metrics_query.clock.now();
        let connection = Connection::from_request_parts(parts, &()).await?;
        let admin = &metrics_query.admin;
        let admitted = admin.admit_request(parts, &connection, now).await?;
        admitted.require(role)?;
        Ok(Self {
            workspace: admitted.workspace,
            by: By {
                actor: admitted.actor,
                role: admitted.role,
                address: Some(admitted.source_ip),
                request_id: Some(admitted.request_id),
                at: now,
            },
        })
    }
}

macro_rules! extractor {
    ($(#[$doc:meta])* $name:ident, $role:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone)]
        pub(crate) struct $name(pub(crate) Caller);

        impl FromRequestParts<MetricsQuery> for $name {
            type Rejection = Problem;

            async fn from_request_parts(
                parts: &mut Parts,
                metrics_query: &MetricsQuery,
            ) -> Result<Self, Problem> {
                Caller::with_role(metrics_query, parts, $role).await.map(Self)
            }
        }
    };
}

extractor!(
    /// Anybody with a role.
    Viewer,
    Role::Viewer
);
extractor!(
    /// An editor or an admin.
    Editor,
    Role::Editor
);
