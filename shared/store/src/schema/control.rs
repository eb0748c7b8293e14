//! Keys and attributes of the control table.

use event::{KeyId, ServiceAccountId, Timestamp, WorkspaceId};

use super::{Key, moment};

/// The attributes. Items here are few: their names may be words.
pub(crate) mod attribute {
    pub(crate) const WORKSPACE: &str = "ws";
    pub(crate) const KIND: &str = "kind";
    pub(crate) const ROLE: &str = "role";
    pub(crate) const ACCOUNT: &str = "account";
    pub(crate) const SECRET: &str = "hash";
    pub(crate) const PREVIOUS_SECRET: &str = "oldHash";
    pub(crate) const PREVIOUS_EXPIRES_AT: &str = "oldUntil";
    pub(crate) const ROTATED_AT: &str = "rotated";
    pub(crate) const STATE: &str = "state";
    pub(crate) const EXPIRES_AT: &str = "until";
    pub(crate) const POLICY_VERSION: &str = "policy";
    pub(crate) const BODY: &str = "body";
    pub(crate) const RING_KEY: &str = "ring";
    pub(crate) const SEALED: &str = "sealed";
    pub(crate) const NAME: &str = "name";
    pub(crate) const TAGS: &str = "tags";
    pub(crate) const ADDRESSES: &str = "addresses";
    pub(crate) const CREATOR: &str = "creator";
    pub(crate) const CREATOR_ID: &str = "creatorId";
    pub(crate) const CREATOR_KIND: &str = "creatorKind";
    pub(crate) const CREATED_AT: &str = "created";
    pub(crate) const KEY_ID: &str = "key";
    pub(crate) const KEEP_ADDRESSES: &str = "addresses";
    pub(crate) const RETENTION_DAYS: &str = "retention";
    pub(crate) const VERSION: &str = "v";
    pub(crate) const AT: &str = "at";
    pub(crate) const ACTOR: &str = "who";
    pub(crate) const ACTOR_ID: &str = "whoId";
    pub(crate) const ACTOR_KIND: &str = "whoKind";
    pub(crate) const ACTION: &str = "action";
    pub(crate) const SUBJECT: &str = "subject";
    pub(crate) const ADDRESS: &str = "from";
    pub(crate) const REQUEST_ID: &str = "request";
    pub(crate) const CHANGES: &str = "changes";
    pub(crate) const ACCOUNT_ID: &str = "accountId";
    pub(crate) const LIVING_KEYS: &str = "keys";
    pub(crate) const KEY_CHANGES: &str = "keyChanges";
    pub(crate) const ENDED_AT: &str = "ended";
    pub(crate) const ENDED_BY: &str = "endedBy";
    pub(crate) const ENDED_BY_ID: &str = "endedById";
    pub(crate) const ENDED_BY_KIND: &str = "endedByKind";
    pub(crate) const METRICS_CACHE_TTL: &str = "metricsTtl";
    pub(crate) const CLIENT_SECRET: &str = "clientSecret";
    pub(crate) const PREVIOUS_CLIENT_SECRET: &str = "oldClientSecret";
    pub(crate) const PREVIOUS_CLIENT_SECRET_EXPIRES_AT: &str = "oldClientUntil";
    pub(crate) const RESTORED_FROM: &str = "restored";
}

/// Prefix of the sort keys of a key's policies.
pub(crate) const POLICY_PREFIX: &str = "POLICY#";
/// Prefix of the sort keys of a workspace's index of keys.
pub(crate) const INDEX_PREFIX: &str = "KEY#";

/// Prefix of the sort keys of a workspace's service accounts.
pub(crate) const ACCOUNT_PREFIX: &str = "ACCOUNT#";

/// Prefix of the sort keys of the versions of a workspace's remote configuration.
pub(crate) const CONFIG_PREFIX: &str = "VERSION#";

/// Prefix of the sort keys of audit entries.
pub(crate) const AUDIT_PREFIX: &str = "AUDIT#";

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

/// The holder of the one metrics key's place.
pub(crate) fn metrics_key(workspace: &WorkspaceId) -> Key {
    Key::new(workspace_partition(workspace), "METRICSKEY")
}

/// A service account.
pub(crate) fn account(workspace: &WorkspaceId, id: &ServiceAccountId) -> Key {
    Key::new(
        workspace_partition(workspace),
        format!("{ACCOUNT_PREFIX}{id}"),
    )
}

/// The holder of a service account's name.
pub(crate) fn account_name(workspace: &WorkspaceId, name: &str) -> Key {
    Key::new(
        workspace_partition(workspace),
        format!("ACCOUNTNAME#{name}"),
    )
}

/// Prefix of the sort keys of a service account's API keys.
pub(crate) fn account_keys(id: &ServiceAccountId) -> String {
    format!("ACCOUNTKEY#{id}#")
}

/// An API key in its service account's list.
pub(crate) fn account_key(workspace: &WorkspaceId, account: &ServiceAccountId, id: &KeyId) -> Key {
    Key::new(
        workspace_partition(workspace),
        format!("{}{id}", account_keys(account)),
    )
}

/// The newest remote configuration.
pub(crate) fn remote_config(workspace: &WorkspaceId) -> Key {
    Key::new(workspace_partition(workspace), "REMOTECONFIG")
}

/// The partition of the versions of a workspace's remote configuration.
pub(crate) fn config_partition(workspace: &WorkspaceId) -> String {
    format!("WS#{workspace}#CONFIG")
}

/// The sort key of a version of the remote configuration, padded so that versions sort.
pub(crate) fn config_version(version: u64) -> String {
    format!("{CONFIG_PREFIX}{version:010}")
}

/// The partition of a workspace's audit log.
pub(crate) fn audit_partition(workspace: &WorkspaceId) -> String {
    format!("WS#{workspace}#AUDIT")
}

/// Before every audit entry of that moment and after.
pub(crate) fn audit_from(at: Timestamp) -> String {
    format!("{AUDIT_PREFIX}{}", moment::encode(at))
}

/// An audit entry.
pub(crate) fn audit(workspace: &WorkspaceId, at: Timestamp, random: &str) -> Key {
    Key::new(
        audit_partition(workspace),
        format!("{}-{random}", audit_from(at)),
    )
}
