//! Service accounts and their API keys.
//!
//! What the verdict needs of an API key is its key item, as for every other kind: the gate reads
//! nothing more. Role and account name are copied into it, so a change of the account changes the
//! items of its living keys in the same transaction; therefore their number is limited.

mod change;
mod create;
mod item;
mod read;

use event::{KeyId, ServiceAccountId, Timestamp, WorkspaceId};
use policy::{Actor, AddressRules, KeyRecord, Role};

/// Most API keys of an account that are not revoked: a change of its role touches the item of each,
/// and a transaction has a hundred.
pub const MAX_LIVING_KEYS: u64 = 20;

/// A service account: what automation acts as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceAccount {
    /// Names it for good.
    pub id: ServiceAccountId,
    /// Its tenant.
    pub workspace: WorkspaceId,
    /// Unique among the workspace's living accounts; 1 to 64 characters.
    pub name: String,
    /// What its keys may do.
    pub role: Role,
    /// Who made it.
    pub creator: Actor,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was deleted, and by whom. Nothing leads back.
    pub deleted: Option<Ended>,
    /// Counts the changes of name and role, from 1.
    pub version: u64,
    /// How many of its keys are not revoked.
    pub living_keys: u64,
    /// Counts what comes to its keys and goes from them.
    pub(crate) key_changes: u64,
}

impl ServiceAccount {
    /// A new account without keys.
    pub fn new(
        id: ServiceAccountId,
        workspace: WorkspaceId,
        name: &str,
        role: Role,
        creator: Actor,
        created_at: Timestamp,
    ) -> Self {
        Self {
            id,
            workspace,
            name: name.to_owned(),
            role,
            creator,
            created_at,
            deleted: None,
            version: 1,
            living_keys: 0,
            key_changes: 0,
        }
    }
}

/// The end of something, with the one who brought it about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: Actor,
}

/// An API key in its account's list. It stays there when it is revoked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountKey {
    /// The key.
    pub id: KeyId,
    /// What people call it; 1 to 64 characters, not unique.
    pub name: String,
    /// Who made it.
    pub creator: Actor,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it is refused.
    pub expires_at: Option<Timestamp>,
    /// From where it may be used, for ever: of the rows, the networks alone are kept.
    pub addresses: AddressRules,
    /// When it was revoked, and by whom.
    pub revoked: Option<Ended>,
}

/// An API key to be stored.
#[derive(Debug, Clone)]
pub struct NewAccountKey {
    /// Of kind service account, with the account's role and name.
    pub record: KeyRecord,
    /// As the list shows it.
    pub entry: AccountKey,
}

/// The new name and role of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountChange {
    /// The name; the one it has, where that stays.
    pub name: String,
    /// The role; the one it has, where that stays.
    pub role: Role,
}
