//! What is kept about a key for the verdict: small, and read on every request.

use event::{KeyId, Timestamp, WorkspaceId};
use serde::{Deserialize, Serialize};

use crate::{ApiKey, KeyKind, Role, SecretHash, SecretSlot};

/// A key as the verdict needs it. Its name, tags and sealed text lie elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRecord {
    /// The public identifier.
    pub id: KeyId,
    /// The tenant whose data the key opens.
    pub workspace: WorkspaceId,
    /// What the key may do.
    pub kind: KeyKind,
    /// The role of the service account that the key belongs to; other kinds have none.
    pub role: Option<Role>,
    /// The name of that service account, as lists and the audit log show it.
    pub account: Option<String>,
    /// The hash of the newest text.
    pub secret: SecretHash,
    /// The hash of the text before the last rotation, while it is still accepted.
    pub previous: Option<PreviousSecret>,
    /// Whether the key is in use.
    pub state: KeyState,
    /// From this moment on the key is refused; `None`: never.
    pub expires_at: Option<Timestamp>,
    /// Which version of the workspace's secret in Secrets Manager holds the client secret that counts;
    /// `None` before the first rotation: the newest. Metrics keys only.
    pub client_secret: Option<String>,
    /// The client secret before the last rotation, while it is still accepted; metrics keys only.
    pub previous_client_secret: Option<PreviousClientSecret>,
    /// The version of the policy that holds for the key, counted from 1.
    pub policy_version: u64,
}

impl KeyRecord {
    /// The record of a key just generated: enabled, without an expiry, with its first policy.
    pub fn issued(key: &ApiKey, workspace: WorkspaceId) -> Self {
        Self {
            id: key.id().clone(),
            workspace,
            kind: key.kind(),
            role: None,
            account: None,
            secret: key.secret_hash(),
            previous: None,
            state: KeyState::Enabled,
            expires_at: None,
            client_secret: None,
            previous_client_secret: None,
            policy_version: 1,
        }
    }

    /// As which of the two the client secret in that version of the workspace's secret counts; `None`:
    /// not, or not any more.
    pub fn client_secret_slot(&self, version: &str, now: Timestamp) -> Option<SecretSlot> {
        match (&self.previous_client_secret, &self.client_secret) {
            (Some(previous), _) if previous.version == version => {
                (now < previous.expires_at).then_some(SecretSlot::Previous)
            }
            (_, Some(current)) => (current == version).then_some(SecretSlot::Current),
            (_, None) => Some(SecretSlot::Current),
        }
    }
}

/// A secret that was rotated away and still works for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviousSecret {
    /// The hash of the old text.
    pub hash: SecretHash,
    /// From this moment on the old text is as good as a wrong one.
    pub expires_at: Timestamp,
}

/// A client secret that was rotated away and still works for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviousClientSecret {
    /// Which version of the workspace's secret in Secrets Manager holds it.
    pub version: String,
    /// From this moment on it is as good as a wrong one.
    pub expires_at: Timestamp,
}

/// Whether a key is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum KeyState {
    /// In use.
    Enabled,
    /// Switched off; may be switched on again.
    Disabled,
    /// Gone for good. The record is a tombstone that keeps the hashes, so that whoever still sends
    /// the key learns why it is refused.
    Revoked,
}

impl KeyState {
    /// The name in items and answers, as serde writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
            Self::Revoked => "revoked",
        }
    }

    /// The state of that name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Enabled, Self::Disabled, Self::Revoked]
            .into_iter()
            .find(|state| state.as_str() == name)
    }
}
