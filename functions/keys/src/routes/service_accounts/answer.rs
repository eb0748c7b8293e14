//! Service accounts and their API keys as answers show them.

use event::Timestamp;
use policy::{AddressRules, Role};
use serde::{Deserialize, Serialize};
use store::{AccountKey as StoredKey, ServiceAccount as Stored};
use utoipa::ToSchema;

use crate::routes::who::Who;

/// What a caller may do.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum RoleName {
    /// Reads.
    Viewer,
    /// Also makes and changes keys that send data.
    Editor,
    /// Everything.
    Admin,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Viewer => Self::Viewer,
            RoleName::Editor => Self::Editor,
            RoleName::Admin => Self::Admin,
        }
    }
}

impl From<Role> for RoleName {
    fn from(role: Role) -> Self {
        match role {
            Role::Viewer => Self::Viewer,
            Role::Editor => Self::Editor,
            Role::Admin => Self::Admin,
        }
    }
}

/// A service account.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ServiceAccount {
    #[schema(example = "7Qm2fYx9kLAb")]
    id: String,
    /// Unique among the accounts that are not deleted.
    name: String,
    role: RoleName,
    creator: Who,
    /// In milliseconds since 1970, as all times.
    created_at: i64,
    /// How many of its API keys are not revoked: 20 at most.
    living_keys: u64,
    /// When it was deleted; `null`: it is not.
    deleted_at: Option<i64>,
    deleted_by: Option<Who>,
}

impl ServiceAccount {
    pub(super) fn new(account: &Stored) -> Self {
        let deleted = account.deleted.as_ref();
        Self {
            id: account.id.to_string(),
            name: account.name.clone(),
            role: account.role.into(),
            creator: Who::new(&account.creator),
            created_at: account.created_at.as_millis(),
            living_keys: account.living_keys,
            deleted_at: deleted.map(|end| end.at.as_millis()),
            deleted_by: deleted.map(|end| Who::new(&end.by)),
        }
    }
}

/// Whether an API key works.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum AccountKeyState {
    /// It does.
    Enabled,
    /// Its time is over.
    Expired,
    /// It was revoked, for good.
    Revoked,
}

/// An API key of a service account. Its text was shown when it was made.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AccountKey {
    #[schema(example = "3fYx9QkLm2Ab")]
    id: String,
    name: String,
    state: AccountKeyState,
    creator: Who,
    created_at: i64,
    /// From then on the key is refused; `null`: never.
    expires_at: Option<i64>,
    /// From where it may be used; empty: from anywhere.
    #[schema(example = json!(["192.0.2.0/24"]))]
    addresses: Vec<String>,
    /// When it was used last, to the hour; `null`: never, or not within 400 days.
    last_used_at: Option<i64>,
    /// When it was revoked; `null`: it is not.
    revoked_at: Option<i64>,
    revoked_by: Option<Who>,
}

impl AccountKey {
    pub(super) fn new(key: &StoredKey, last_used_at: Option<Timestamp>, now: Timestamp) -> Self {
        let revoked = key.revoked.as_ref();
        let state = match (revoked, key.expires_at) {
            (Some(_), _) => AccountKeyState::Revoked,
            (None, Some(at)) if at <= now => AccountKeyState::Expired,
            (None, Some(_) | None) => AccountKeyState::Enabled,
        };
        Self {
            id: key.id.to_string(),
            name: key.name.clone(),
            state,
            creator: Who::new(&key.creator),
            created_at: key.created_at.as_millis(),
            expires_at: key.expires_at.map(Timestamp::as_millis),
            addresses: match &key.addresses {
                AddressRules::Anywhere => Vec::new(),
                AddressRules::Specific(rows) => {
                    rows.iter().map(|row| row.network.to_string()).collect()
                }
            },
            last_used_at: last_used_at.map(Timestamp::as_millis),
            revoked_at: revoked.map(|end| end.at.as_millis()),
            revoked_by: revoked.map(|end| Who::new(&end.by)),
        }
    }
}
