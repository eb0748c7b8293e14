//! Every timeline of every workspace away, before a rebuild.

use std::collections::BTreeMap;

use event::WorkspaceId;

use crate::fields::text;
use crate::query::key_of;
use crate::schema::profiles::{self, TIMELINE_PREFIX};
use crate::schema::{Item, Key, PK, SK};
use crate::{Store, StoreError};

const OPERATION: &str = "clearing the timelines";

impl Store {
    /// Deletes every timeline item, and returns how many there were. Profiles, links and tombstones
    /// stay: they are no projections.
    ///
    /// What is projected meanwhile may be deleted too; whoever then projects the whole log brings it
    /// back, since the log had it before.
    pub async fn clear_projections(&self) -> Result<u64, StoreError> {
        let table = &self.tables().profiles;
        let mut cleared = 0;
        let mut start: Option<Item> = None;
        loop {
            let call = self
                .client()
                .scan()
                .table_name(table)
                .projection_expression("#pk, #sk")
                .filter_expression("begins_with(#sk, :timeline)")
                .expression_attribute_names("#pk", PK)
                .expression_attribute_names("#sk", SK)
                .expression_attribute_values(":timeline", text(TIMELINE_PREFIX))
                .set_exclusive_start_key(start);
            let output = call
                .send()
                .await
                .map_err(|error| StoreError::from_sdk(OPERATION, &error))?;
            let keys = output.items.iter().flatten().map(key_of);
            let keys = keys.collect::<Result<Vec<_>, _>>()?;
            cleared += u64::try_from(keys.len()).unwrap_or_default();
            for (workspace, keys) in by_workspace(keys)? {
                self.delete_all(table, &workspace, keys, OPERATION).await?;
            }
            start = output.last_evaluated_key.filter(|key| !key.is_empty());
            if start.is_none() {
                return Ok(cleared);
            }
        }
    }
}

fn by_workspace(keys: Vec<Key>) -> Result<BTreeMap<WorkspaceId, Vec<Key>>, StoreError> {
    let mut grouped = BTreeMap::<_, Vec<_>>::new();
    for key in keys {
        let workspace = profiles::workspace(&key.pk);
        let workspace = workspace.ok_or(StoreError::Corrupt { what: "timeline" })?;
        grouped.entry(workspace).or_default().push(key);
    }
    Ok(grouped)
}
