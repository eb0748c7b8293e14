//! Keys and attributes of workflows in the control table.

use event::{TriggerId, WorkflowId, WorkspaceId};

use super::Key;
use super::control::workspace_partition;

/// The attributes beside those of every item of the control table.
pub(crate) mod attribute {
    pub(crate) const REVISION: &str = "rev";
    pub(crate) const TRIGGER: &str = "trigger";
    pub(crate) const CHANGED_AT: &str = "changed";
    pub(crate) const WORKFLOW: &str = "workflow";
    pub(crate) const PREVIOUS_RING_KEY: &str = "oldRing";
    pub(crate) const PREVIOUS_SEALED: &str = "oldSealed";
    pub(crate) const PREVIOUS_UNTIL: &str = "oldUntil";
    pub(crate) const STARTS: &str = "starts";
}

/// Prefix of the sort keys of a workspace's workflows.
pub(crate) const WORKFLOW_PREFIX: &str = "WORKFLOW#";
/// Prefix of the sort keys of a workflow's versions.
pub(crate) const VERSION_PREFIX: &str = "VERSION#";

/// A workflow.
pub(crate) fn workflow(workspace: &WorkspaceId, id: &WorkflowId) -> Key {
    Key::new(
        workspace_partition(workspace),
        format!("{WORKFLOW_PREFIX}{id}"),
    )
}

/// What a call of the API names to start a workflow.
pub(crate) fn trigger(workspace: &WorkspaceId, id: &TriggerId) -> Key {
    Key::new(workspace_partition(workspace), format!("TRIGGER#{id}"))
}

/// The partition of a workflow's versions.
pub(crate) fn versions(workspace: &WorkspaceId, id: &WorkflowId) -> String {
    format!("WS#{workspace}#WORKFLOW#{id}")
}

/// The sort key of a version, padded so that versions sort.
pub(crate) fn version(number: u64) -> String {
    format!("{VERSION_PREFIX}{number:010}")
}
