//! Keys and their policies.
//!
//! What a verdict needs is one small item, read on every request; everything else about a key lies
//! beside it: each version of its policy, its sealed text, its entry in the workspace's list.

mod change;
mod client_secret;
mod condition;
mod create;
mod details;
mod edit;
pub(crate) mod item;
mod list;
pub(crate) mod policies;
mod reveal;
mod revoke;
mod rotate;
mod version;

use std::fmt;

use event::{KeyId, Timestamp};
use policy::{Actor, KeyKind, KeyRecord, KeyState, Policy};

pub use change::KeyChange;
pub use details::NewDetails;
pub use version::KeyVersion;

/// A key's text under a sealing key. Only crate `secrets` makes and opens it.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedSecret {
    /// Which key of the sealing ring it is under.
    pub ring_key: String,
    /// The nonce and, behind it, the ciphertext with its tag.
    pub nonce_and_ciphertext: Vec<u8>,
}

impl fmt::Debug for SealedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedSecret")
            .field("ring_key", &self.ring_key)
            .finish_non_exhaustive()
    }
}

/// What people see of a key beside its record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyDetails {
    /// Unique in the workspace; 1 to 64 characters.
    pub name: String,
    /// Free words.
    pub tags: Vec<String>,
    /// Who made it.
    pub creator: Actor,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A key to be stored.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// Policy version 1, nothing previous.
    pub record: KeyRecord,
    /// The first version of its policy.
    pub policy: Policy,
    /// Name, tags, creator.
    pub details: KeyDetails,
    /// For kinds that can be revealed.
    pub sealed: Option<SealedSecret>,
}

/// A key in its workspace's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyEntry {
    /// The key.
    pub id: KeyId,
    /// Its kind.
    pub kind: KeyKind,
    /// Enabled or disabled; a revoked key is in no list.
    pub state: KeyState,
    /// From when on it is refused.
    pub expires_at: Option<Timestamp>,
    /// From when on the text before the last rotation is refused; `None`: there is none.
    pub previous_expires_at: Option<Timestamp>,
    /// When it got its present text; `None`: when it was made, or by a rotation before this was noted.
    pub rotated_at: Option<Timestamp>,
    /// Raised by every change.
    pub version: KeyVersion,
    /// Name, tags, creator.
    pub details: KeyDetails,
}
