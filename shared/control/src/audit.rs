//! The audit log, for those who may read it.

use event::WorkspaceId;
use store::{AuditPage, AuditQuery, Store};

use crate::ControlError;

/// The reading of the audit log. Clones share the connection.
#[derive(Debug, Clone)]
pub struct AuditLog {
    store: Store,
}

impl AuditLog {
    /// On this store.
    pub const fn new(store: Store) -> Self {
        Self { store }
    }

    /// Some entries, the newest first.
    pub async fn page(
        &self,
        workspace: &WorkspaceId,
        query: &AuditQuery,
    ) -> Result<AuditPage, ControlError> {
        Ok(self.store.audit(workspace, query).await?)
    }
}
