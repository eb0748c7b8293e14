//! Keys and attributes of the control table.

use event::{KeyId, WorkspaceId};

use super::Key;

/// The attributes. Items here are few: their names may be words.
pub(crate) mod attribute {
    pub(crate) const WORKSPACE: &str = "ws";
    pub(crate) const KIND: &str = "kind";
    pub(crate) const SECRET: &str = "hash";
    pub(crate) const PREVIOUS_SECRET: &str = "oldHash";
    pub(crate) const PREVIOUS_EXPIRES_AT: &str = "oldUntil";
    pub(crate) const STATE: &str = "state";
    pub(crate) const EXPIRES_AT: &str = "until";
    pub(crate) const POLICY_VERSION: &str = "policy";
    pub(crate) const BODY: &str = "body";
    pub(crate) const RING_KEY: &str = "ring";
    pub(crate) const SEALED: &str = "sealed";
    pub(crate) const NAME: &str = "name";
    pub(crate) const TAGS: &str = "tags";
    pub(crate) const CREATOR: &str = "creator";
    pub(crate) const CREATED_AT: &str = "created";
    pub(crate) const KEY_ID: &str = "key";
    pub(crate) const KEEP_ADDRESSES: &str = "addresses";
    pub(crate) const RETENTION_DAYS: &str = "retention";
    pub(crate) const VERSION: &str = "v";
}

/// Prefix of the sort keys of a key's policies.
pub(crate) const POLICY_PREFIX: &str = "POLICY#";
/// Prefix of the sort keys of a workspace's index of keys.
pub(crate) const INDEX_PREFIX: &str = "KEY#";

/// The partition of everything about one key.
pub(crate) fn key_partition(id: &KeyId) -> String {
    format!("KEY#{id}")
}

/// What the verdict needs.
pub(crate) fn key_state(id: &KeyId) -> Key {
    Key::new(key_partition(id), "STATE")
}

/// One version of a key's policy. The number is padded so that versions sort.
pub(crate) fn policy(id: &KeyId, version: u64) -> Key {
    Key::new(key_partition(id), format!("{POLICY_PREFIX}{version:010}"))
}

/// A key's sealed text.
pub(crate) fn sealed(id: &KeyId) -> Key {
    Key::new(key_partition(id), "SEALED")
}

/// The partition of a workspace.
pub(crate) fn workspace_partition(workspace: &WorkspaceId) -> String {
    format!("WS#{workspace}")
}

/// A workspace's settings.
pub(crate) fn settings(workspace: &WorkspaceId) -> Key {
    Key::new(workspace_partition(workspace), "SETTINGS")
}

/// A key in its workspace's list.
pub(crate) fn index(workspace: &WorkspaceId, id: &KeyId) -> Key {
    Key::new(
        workspace_partition(workspace),
        format!("{INDEX_PREFIX}{id}"),
    )
}

/// The holder of a key's name.
pub(crate) fn name(workspace: &WorkspaceId, name: &str) -> Key {
    Key::new(workspace_partition(workspace), format!("KEYNAME#{name}"))
}
