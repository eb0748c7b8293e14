//! The workflows of a workspace, remembered for some seconds.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use event::{RunId, Timestamp, TriggerId, WorkflowId, WorkspaceId};
use serde_json::Value;
use store::{Store, StoreError, StoredChunk, StoredWorkflow};
use workflow::{Definition, Inputs, Run, Trigger};

/// A change of a workflow holds for events after this time at the latest.
const LIFETIME: Duration = Duration::from_secs(5);
/// Workspaces remembered at most.
const CAPACITY: usize = 1_000;

/// What is known of each workspace, and since when.
#[derive(Debug)]
pub(crate) struct Known {
    store: Store,
    remembered: Mutex<HashMap<WorkspaceId, (Timestamp, Arc<Active>)>>,
}

/// The workflows of a workspace.
#[derive(Debug, Default)]
pub(crate) struct Active(Vec<Workflow>);

/// A workflow, read.
#[derive(Debug)]
pub(crate) struct Workflow {
    pub(crate) id: WorkflowId,
    version: u64,
    active: bool,
    trigger: Option<TriggerId>,
    definition: Definition,
}

impl Known {
    pub(crate) fn new(store: Store) -> Self {
        Self {
            store,
            remembered: Mutex::default(),
        }
    }

    /// The workflows as they were some seconds ago at most.
    pub(crate) async fn of(
        &self,
        workspace: &WorkspaceId,
        now: Timestamp,
    ) -> Result<Arc<Active>, StoreError> {
        let remembered = self.remembered().get(workspace).cloned();
        match remembered {
            Some((read_at, active)) if now.since(read_at) < LIFETIME => Ok(active),
            _ => self.fetch(workspace, now).await,
        }
    }

    /// The workflows as they are.
    pub(crate) async fn fetch(
        &self,
        workspace: &WorkspaceId,
        now: Timestamp,
    ) -> Result<Arc<Active>, StoreError> {
        let stored = self.store.workflows(workspace).await?;
        let active = Arc::new(Active(stored.into_iter().filter_map(read).collect()));
        let mut remembered = self.remembered();
        if remembered.len() >= CAPACITY {
            remembered.clear();
        }
        remembered.insert(workspace.clone(), (now, Arc::clone(&active)));
        Ok(active)
    }

    fn remembered(
        &self,
    ) -> std::sync::MutexGuard<'_, HashMap<WorkspaceId, (Timestamp, Arc<Active>)>> {
        self.remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

fn read(stored: StoredWorkflow) -> Option<Workflow> {
    let Ok(definition) = Definition::stored(&stored.definition) else {
        tracing::error!(workflow = %stored.id, "a stored workflow cannot be read");
        return None;
    };
    Some(Workflow {
        trigger: stored.starts_by_call.then_some(stored.trigger),
        id: stored.id,
        version: stored.version,
        active: stored.active,
        definition,
    })
}

impl Active {
    /// The workflow that a call of this trigger starts.
    pub(crate) fn by_trigger(&self, trigger: &TriggerId) -> Option<&Workflow> {
        let is_it = |workflow: &&Workflow| workflow.trigger.as_ref() == Some(trigger);
        self.0.iter().find(is_it)
    }

    /// The workflows that an event of that name may start.
    pub(crate) fn by_event(&self, name: &str) -> impl Iterator<Item = &Workflow> {
        let starts =
            move |workflow: &&Workflow| workflow.active && workflow.definition.starts_at(name);
        self.0.iter().filter(starts)
    }

    /// Whether an event of the chunk may start one.
    pub(crate) fn any_starts_in(&self, chunk: &StoredChunk) -> bool {
        self.0
            .iter()
            .any(|workflow| match &workflow.definition.trigger {
                Trigger::Event { names, .. } => {
                    workflow.active && names.iter().any(|name| chunk.may_hold(name.as_str()))
                }
                Trigger::Api | Trigger::Schedule(_) => false,
            })
    }
}

impl Workflow {
    /// Whether the conditions of its trigger hold.
    pub(crate) fn holds_for(&self, known: &Value) -> bool {
        match &self.definition.trigger {
            Trigger::Event { when, .. } => when.hold(known),
            Trigger::Api | Trigger::Schedule(_) => true,
        }
    }

    /// A run of its newest version.
    pub(crate) fn run(&self, id: RunId, inputs: Inputs, now: Timestamp) -> Option<Run> {
        let first = self.definition.first()?.clone();
        Some(Run::new(
            id,
            self.id.clone(),
            self.version,
            first,
            inputs,
            now,
        ))
    }
}
