//! Who calls, and about whom.

use axum::extract::{FromRequestParts, Path};
use edge::{Connection, Problem};
use event::{Timestamp, UserId, WorkspaceId};
use http::request::Parts;
use policy::Operation;

use crate::Profiles;

/// A caller who may do what was asked, and the user or device it is about.
pub(crate) struct About {
    pub workspace: WorkspaceId,
    pub id: UserId,
    /// When the request arrived.
    pub now: Timestamp,
}

impl About {
    /// Judges the key first: only a caller who may read hears what is wrong with an id.
    pub(crate) async fn judge(
        profiles: &Profiles,
        parts: &mut Parts,
        operation: Operation,
    ) -> Result<Self, Problem> {
        let now = profiles.clock.now();
        let connection = Connection::from_request_parts(parts, &()).await?;
        let Parts { headers, uri, .. } = parts;
        let caller = profiles
            .gate
            .admit(headers, uri.query(), &connection, operation, now)
            .await?;
        let path = Path::<String>::from_request_parts(parts, &()).await;
        let Path(id) = path.map_err(|_| invalid("must be percent-encoded UTF-8"))?;
        let id = UserId::parse(&id).map_err(|error| invalid(&error.to_string()))?;
        Ok(Self {
            workspace: caller.workspace,
            id,
            now,
        })
    }
}

fn invalid(message: &str) -> Problem {
    Problem::InvalidParameter {
        name: "userId",
        message: message.to_owned().into(),
    }
}
