//! Who calls, with which role: extractors. A handler that takes [`Editor`] is for editors and admins.

use axum::extract::FromRequestParts;
use control::By;
use edge::{Admin as Admitted, Connection, Problem};
use event::WorkspaceId;
use http::request::Parts;
use policy::Role;

use crate::Api;

/// Who calls, in the words of the use cases.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// In whose name.
    pub(crate) workspace: WorkspaceId,
    /// Who, from where and when.
    pub(crate) by: By,
}

impl Caller {
    /// The caller, if their role is that or more. Judged before anything else of the request, so that
    /// only who may do a thing hears what is wrong with how it is asked for.
    async fn with_role(api: &Api, parts: &mut Parts, role: Role) -> Result<Self, Problem> {
        let now = api.clock.now();
        let connection = Connection::from_request_parts(parts, &()).await?;
        let Parts { headers, uri, .. } = parts;
        let admitted = api
            .gate
            .admit(headers, uri.query(), &connection, now)
            .await?;
        admitted.require(role)?;
        let Admitted {
            workspace,
            actor,
            source_ip,
            request_id,
            role,
            ..
        } = admitted;
        let by = By {
            actor,
            role,
            address: Some(source_ip),
            request_id: Some(request_id),
            at: now,
        };
        Ok(Self { workspace, by })
    }
}

macro_rules! extractor {
    ($(#[$doc:meta])* $name:ident, $role:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone)]
        pub(crate) struct $name(pub(crate) Caller);

        impl FromRequestParts<Api> for $name {
            type Rejection = Problem;

            async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
                Caller::with_role(api, parts, $role).await.map(Self)
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
extractor!(
    /// An admin.
    Admin,
    Role::Admin
);
