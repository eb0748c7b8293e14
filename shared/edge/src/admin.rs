//! Who uses the admin API: a service account's key or a person's access token.

mod gate;
mod workspace;

use std::net::IpAddr;
use std::sync::Arc;

use event::WorkspaceId;
use policy::{Actor, Role};

pub use gate::AdminGate;
pub use workspace::WORKSPACE_HEADER;

use crate::Problem;

/// Who uses the admin API, and where. Made by [`AdminGate`] alone.
#[derive(Clone, PartialEq, Eq)]
pub struct Admin {
    /// The workspace that the request is about.
    pub workspace: WorkspaceId,
    /// What they may do in it.
    pub role: Role,
    /// Who it is, for the audit log.
    pub actor: Actor,
    /// The address that the request came from.
    pub source_ip: IpAddr,
    /// The gateway's id of the request.
    pub request_id: Arc<str>,
}

impl Admin {
    /// Whether the role does for what at least that role may do; else
    /// [`RoleMissing`](Problem::RoleMissing).
    pub fn require(&self, role: Role) -> Result<(), Problem> {
        if self.role >= role {
            Ok(())
        } else {
            Err(Problem::RoleMissing)
        }
    }

    /// Whether the caller may know of an object of that workspace; else it is answered as if it did
    /// not exist, by [`NotFound`](Problem::NotFound).
    pub fn sees(&self, workspace: &WorkspaceId) -> Result<(), Problem> {
        if self.workspace == *workspace {
            Ok(())
        } else {
            Err(Problem::NotFound)
        }
    }
}

/// Without the address: this may end in a log.
impl std::fmt::Debug for Admin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Admin")
            .field("workspace", &self.workspace)
            .field("role", &self.role)
            .field("request_id", &self.request_id)
            .finish_non_exhaustive()
    }
}
