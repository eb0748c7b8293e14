//! A workspace's keys.

use event::{KeyId, WorkspaceId};

use super::{KeyEntry, item};
use crate::query::Range;
use crate::schema::LAST;
use crate::schema::control::{self, INDEX_PREFIX};
use crate::store::Consistency;
use crate::{Store, StoreError};

impl Store {
    /// The workspace's keys in the order of their ids, without the revoked ones: one query of one
    /// partition, whatever their number.
    pub async fn list_keys(&self, workspace: &WorkspaceId) -> Result<Vec<KeyEntry>, StoreError> {
        let range = Range {
            pk: control::workspace_partition(workspace),
            from: INDEX_PREFIX.to_owned(),
            to: format!("{INDEX_PREFIX}{LAST}"),
        };
        let table = &self.tables().control;
        let items = self
            .query_all(table, &range, Consistency::Strong, "listing keys")
            .await?;
        items.iter().map(item::to_entry).collect()
    }

    /// One key as its workspace's list has it; `None` where it is revoked or another workspace's.
    pub async fn key_entry(
        &self,
        workspace: &WorkspaceId,
        id: &KeyId,
    ) -> Result<Option<KeyEntry>, StoreError> {
        let key = control::index(workspace, id);
        let table = &self.tables().control;
        let item = self
            .get(table, key, Consistency::Strong, "reading a key")
            .await?;
        item.as_ref().map(item::to_entry).transpose()
    }
}
