//! Ids in the path.

pub(super) use edge::path::{RunId, Version, WorkflowId};
