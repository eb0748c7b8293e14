//! The API keys of service accounts: shown once, then known by their hashes alone.

use event::{KeyId, ServiceAccountId, Timestamp, WorkspaceId};
use policy::{
    AddressRules, AddressesDraft, ApiKey, EventsDraft, KeyKind, KeyRecord, PolicyDraft, RowDraft,
};
use store::{
    AccountKey, AuditAction, AuditEntry, MAX_LIVING_KEYS, NewAccountKey, ServiceAccount, StoreError,
};

use super::change::ended;
use super::{MAX_ATTEMPTS, MAX_NAME_CHARS, ServiceAccounts};
use crate::by::Changes;
use crate::invalid::Findings;
use crate::words::check_words;
use crate::{By, ControlError};

/// Most addresses and ranges of an API key: they stand in its account's list.
const MAX_ADDRESSES: usize = 20;

/// An API key as somebody asks for it.
#[derive(Debug, Clone)]
pub struct AccountKeyDraft {
    /// What people call it; 1 to 64 characters, not unique.
    pub name: String,
    /// From when on it is refused; `None`: never.
    pub expires_at: Option<Timestamp>,
    /// From where it may be used, for ever: addresses and CIDR ranges, 20 at most; none: from anywhere.
    pub addresses: Vec<String>,
}

/// A new API key. Its text is not kept anywhere.
#[derive(Debug, Clone)]
pub struct IssuedAccountKey {
    /// Its text.
    pub key: ApiKey,
    /// As lists show it.
    pub entry: AccountKey,
}

impl AccountKeyDraft {
    /// From where the key may be used, or all that is wrong.
    pub(super) fn check(&self, now: Timestamp) -> Result<AddressRules, ControlError> {
        let mut findings = Findings::default();
        findings.accept("name", check_words(&self.name, MAX_NAME_CHARS));
        if self.expires_at.is_some_and(|at| at <= now) {
            findings.add(
                "expiresAt",
                "must lie in the future, in milliseconds since 1970",
            );
        }
        let addresses = self.addresses(&mut findings);
        findings.into_result()?;
        Ok(addresses)
    }

    fn addresses(&self, findings: &mut Findings) -> AddressRules {
        if self.addresses.is_empty() {
            return AddressRules::Anywhere;
        }
        if self.addresses.len() > MAX_ADDRESSES {
            let rule = format!("must have at most {MAX_ADDRESSES} entries");
            findings.add("addresses", rule);
            return AddressRules::default();
        }
        let row = |cidr: &String| RowDraft {
            cidr: cidr.clone(),
            description: None,
            expires_at: None,
        };
        let policy = PolicyDraft {
            addresses: AddressesDraft::Specific(self.addresses.iter().map(row).collect()),
            events: EventsDraft::All,
            origins: None,
        };
        match policy.check() {
            Ok(checked) => checked.policy.addresses,
            Err(invalid) => {
                for error in invalid.errors {
                    // The list is one of texts.
                    let path = error.path.trim_end_matches(".cidr");
                    findings.add(path, error.problem.to_string());
                }
                AddressRules::default()
            }
        }
    }
}

impl ServiceAccounts {
    /// The account's API keys, the newest first, the revoked ones too.
    pub async fn keys(
        &self,
        workspace: &WorkspaceId,
        id: &ServiceAccountId,
    ) -> Result<Vec<AccountKey>, ControlError> {
        self.read(workspace, id).await?;
        let mut keys = self.store.account_keys(workspace, id).await?;
        keys.sort_by(|a, b| (b.created_at, &b.id).cmp(&(a.created_at, &a.id)));
        Ok(keys)
    }

    /// Makes an API key of the account, with its role.
    ///
    /// A conflict where the account is deleted or has [`MAX_LIVING_KEYS`].
    pub async fn create_key(
        &self,
        workspace: &WorkspaceId,
        by: &By,
        id: &ServiceAccountId,
        draft: &AccountKeyDraft,
    ) -> Result<IssuedAccountKey, ControlError> {
        let key = Self::new_key_id();
        self.create_key_as(workspace, by, id, &key, draft).await
    }

    /// An id that no API key has yet.
    pub fn new_key_id() -> KeyId {
        let key = ApiKey::generate(KeyKind::ServiceAccount, &mut rand::rng());
        key.id().clone()
    }

    /// Makes an API key under an id that was chosen before, by [`ServiceAccounts::new_key_id`]: who asks
    /// twice makes one.
    ///
    /// A conflict, too, where the key with that id was made already.
    pub async fn create_key_as(
        &self,
        workspace: &WorkspaceId,
        by: &By,
        id: &ServiceAccountId,
        key: &KeyId,
        draft: &AccountKeyDraft,
    ) -> Result<IssuedAccountKey, ControlError> {
        let addresses = draft.check(by.at)?;
        for _ in 0..MAX_ATTEMPTS {
            let account = self.living(workspace, id).await?;
            if account.living_keys >= MAX_LIVING_KEYS {
                let what = "the service account has 20 API keys: revoke one of them first";
                return Err(StoreError::Conflict { what }.into());
            }
            let (issued, new, entry) = issue(&account, by, draft, addresses.clone(), key.clone());
            match self.store.create_account_key(&account, &new, &entry).await {
                Ok(()) => {
                    tracing::info!(%workspace, account = %id, key = %issued.key.id(), "API key made");
                    return Ok(issued);
                }
                Err(StoreError::VersionStale) => {}
                Err(StoreError::Conflict { .. }) => return Err(made_before()),
                Err(error) => return Err(error.into()),
            }
        }
        Err(busy())
    }

    /// Revokes an API key for good: its next request is refused. It stays in the list. Revoking again
    /// is a success.
    pub async fn revoke_key(
        &self,
        workspace: &WorkspaceId,
        by: &By,
        id: &ServiceAccountId,
        key: &KeyId,
    ) -> Result<(), ControlError> {
        for _ in 0..MAX_ATTEMPTS {
            let account = self.read(workspace, id).await?;
            let keys = self.store.account_keys(workspace, id).await?;
            let what = "API key";
            let known = keys.into_iter().find(|known| known.id == *key);
            let known = known.ok_or(StoreError::NotFound { what })?;
            if known.revoked.is_some() {
                return Ok(());
            }
            let changes = Changes::default()
                .replace("state", "enabled", "revoked")
                .set("account", account.name.as_str());
            let entry = by.did(AuditAction::ApiKeyRevoked, key, &known.name, changes);
            let end = ended(by);
            match self
                .store
                .revoke_account_key(&account, key, &end, &entry)
                .await
            {
                Ok(()) => {
                    tracing::info!(%workspace, account = %id, %key, "API key revoked");
                    return Ok(());
                }
                Err(StoreError::VersionStale) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(busy())
    }
}

/// A new key of the account, what is stored of it, and its line of the audit log.
pub(super) fn issue(
    account: &ServiceAccount,
    by: &By,
    draft: &AccountKeyDraft,
    addresses: AddressRules,
    id: KeyId,
) -> (IssuedAccountKey, NewAccountKey, AuditEntry) {
    let key = ApiKey::generate_with_id(KeyKind::ServiceAccount, id, &mut rand::rng());
    let entry = AccountKey {
        id: key.id().clone(),
        name: draft.name.clone(),
        creator: by.actor.clone(),
        created_at: by.at,
        expires_at: draft.expires_at,
        addresses,
        revoked: None,
    };
    let record = KeyRecord {
        role: Some(account.role),
        account: Some(account.name.clone()),
        expires_at: draft.expires_at,
        ..KeyRecord::issued(&key, account.workspace.clone())
    };
    let expires_at = draft.expires_at.map(Timestamp::as_millis);
    let changes = Changes::default()
        .set("name", draft.name.as_str())
        .set("account", account.name.as_str())
        .set("role", account.role.as_str())
        .set("expiresAt", expires_at)
        .set("addresses", networks(&entry.addresses));
    let audit = by.did(AuditAction::ApiKeyCreated, key.id(), &draft.name, changes);
    let new = NewAccountKey {
        record,
        entry: entry.clone(),
    };
    (IssuedAccountKey { key, entry }, new, audit)
}

/// The networks, as the audit log has them; nothing where the key may be used from anywhere.
fn networks(addresses: &AddressRules) -> Option<Vec<String>> {
    match addresses {
        AddressRules::Anywhere => None,
        AddressRules::Specific(rows) => {
            Some(rows.iter().map(|row| row.network.to_string()).collect())
        }
    }
}

/// The key with the id that was chosen for it is there.
fn made_before() -> ControlError {
    let what = "this API key was made already, and the answer to that showed it: if nobody has it, disable it and \
         make another";
    StoreError::Conflict { what }.into()
}

/// Somebody else changed the account again and again.
fn busy() -> ControlError {
    let what = "the service account is being changed by someone else: try again";
    StoreError::Conflict { what }.into()
}
