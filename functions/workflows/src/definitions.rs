//! Definitions by version: each never changes, so it is read once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use event::{WorkflowId, WorkspaceId};
use store::Store;
use workflow::{Definition, Run};

use crate::Fault;

/// Definitions kept in the process.
const KEPT: usize = 500;

type Key = (WorkspaceId, WorkflowId, u64);

#[derive(Debug, Default)]
pub(crate) struct Definitions(Mutex<HashMap<Key, Arc<Definition>>>);

impl Definitions {
    /// The definition of the version that the run is of.
    pub(crate) async fn get(
        &self,
        store: &Store,
        workspace: &WorkspaceId,
        run: &Run,
    ) -> Result<Arc<Definition>, Fault> {
        let key = (workspace.clone(), run.workflow.clone(), run.version);
        if let Some(known) = self.known().get(&key) {
            return Ok(Arc::clone(known));
        }
        let found = store
            .workflow_version(workspace, &run.workflow, run.version)
            .await?
            .ok_or(Fault::Definition)?;
        let definition = Definition::stored(&found.definition);
        let definition = Arc::new(definition.map_err(|_| Fault::Definition)?);
        let mut known = self.known();
        if known.len() >= KEPT {
            known.clear();
        }
        known.insert(key, Arc::clone(&definition));
        Ok(definition)
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashMap<Key, Arc<Definition>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
