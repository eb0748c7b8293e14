//! Who calls the functions: keys of every kind, and people.

use event::{Clock as _, ServiceAccountId};
use local::issuer::Person;
use policy::{Actor, AddressRules, ApiKey, KeyKind, KeyRecord, Policy, Role};
use store::{
    AccountKey, AuditAction, AuditEntry, Ended, KeyChange, KeyDetails, NewAccountKey, NewKey,
    ServiceAccount,
};

use super::TestApp;

impl TestApp {
    /// A new key of that kind that may do everything from anywhere.
    pub async fn key(&self, kind: KeyKind) -> ApiKey {
        self.key_with(kind, Policy::default()).await
    }

    /// A new key with that policy.
    pub async fn key_with(&self, kind: KeyKind, policy: Policy) -> ApiKey {
        self.issue(kind, policy, |_| {}).await
    }

    /// A service account's API key with that role.
    pub async fn admin_key(&self, role: Role) -> ApiKey {
        let account = |record: &mut KeyRecord| {
            record.role = Some(role);
            record.account = Some(format!("test {role}"));
        };
        let kind = KeyKind::ServiceAccount;
        self.issue(kind, Policy::default(), account).await
    }

    /// An access token, good for an hour, of a person who has that role in the workspace.
    pub fn token(&self, role: Role) -> String {
        self.token_of(role.as_str(), &[&format!("{}:{role}", self.workspace)])
    }

    /// An access token, good for an hour, of a person in these groups, `<workspace>:<role>` each.
    pub fn token_of(&self, username: &str, groups: &[&str]) -> String {
        let issuer = self.stand_in.issuer();
        issuer.add_person(Person {
            username: username.to_owned(),
            subject: format!("subject-of-{username}"),
            email: format!("{username}@example.com"),
            groups: groups.iter().map(|&group| group.to_owned()).collect(),
        });
        let now = self.clock.now().as_secs();
        issuer.access_token(username, now).unwrap()
    }

    /// A new key whose record is changed before it is stored.
    pub async fn issue(
        &self,
        kind: KeyKind,
        policy: Policy,
        change: impl FnOnce(&mut KeyRecord),
    ) -> ApiKey {
        let key = ApiKey::generate(kind, &mut rand::rng());
        let mut record = KeyRecord::issued(&key, self.workspace.clone());
        change(&mut record);
        if kind == KeyKind::ServiceAccount {
            assert_eq!(policy, Policy::default(), "they have no other");
            self.issue_to_account(&key, record).await;
            return key;
        }
        let details = KeyDetails {
            name: key.id().to_string(),
            tags: Vec::new(),
            creator: Actor::Bootstrap,
            created_at: self.clock.now(),
        };
        let new = NewKey {
            record,
            policy,
            details,
            sealed: None,
        };
        let audit = self.audit(AuditAction::KeyCreated, &key);
        self.store.create_key(&new, &audit).await.unwrap();
        key
    }

    /// A service account of its own with that key, which is in no list of keys.
    async fn issue_to_account(&self, key: &ApiKey, record: KeyRecord) {
        let (creator, now) = (Actor::Bootstrap, self.clock.now());
        let name = record.account.as_deref().unwrap_or("test account");
        let account = ServiceAccount::new(
            account_of(key),
            record.workspace.clone(),
            &format!("{name} {}", key.id()),
            record.role.unwrap_or(Role::Viewer),
            creator.clone(),
            now,
        );
        let entry = AccountKey {
            id: key.id().clone(),
            name: key.id().to_string(),
            creator,
            created_at: now,
            expires_at: record.expires_at,
            addresses: AddressRules::Anywhere,
            revoked: None,
        };
        let audit = self.audit(AuditAction::ApiKeyCreated, key);
        let new = NewAccountKey { record, entry };
        let made = self
            .store
            .create_account(&account, Some(&new), &[audit])
            .await;
        made.unwrap();
    }

    /// Revokes a key.
    pub async fn revoke(&self, key: &ApiKey) {
        if key.kind() == KeyKind::ServiceAccount {
            return self.revoke_of_account(key).await;
        }
        let audit = self.audit(AuditAction::KeyRevoked, key);
        let change = self.change(key, &audit);
        self.store.revoke(&change).await.unwrap();
    }

    async fn revoke_of_account(&self, key: &ApiKey) {
        let audit = self.audit(AuditAction::ApiKeyRevoked, key);
        let account = self.store.account(&self.workspace, &account_of(key)).await;
        let account = account.unwrap().unwrap();
        let end = Ended {
            at: self.clock.now(),
            by: Actor::Bootstrap,
        };
        let revoked = self
            .store
            .revoke_account_key(&account, key.id(), &end, &audit)
            .await;
        revoked.unwrap();
    }

    /// Switches a key on or off.
    pub async fn set_enabled(&self, key: &ApiKey, enabled: bool) {
        let audit = self.audit(AuditAction::KeyChanged, key);
        let change = self.change(key, &audit);
        self.store.set_enabled(&change, enabled).await.unwrap();
    }

    /// Replaces the policy of a key, whose version is `current` until now.
    pub async fn replace_policy(&self, key: &ApiKey, current: u64, policy: &Policy) {
        let audit = self.audit(AuditAction::KeyPolicyChanged, key);
        let change = self.change(key, &audit);
        let replaced = self.store.replace_policy(&change, current, policy).await;
        replaced.unwrap();
    }

    fn change<'a>(&'a self, key: &'a ApiKey, audit: &'a AuditEntry) -> KeyChange<'a> {
        KeyChange {
            workspace: &self.workspace,
            id: key.id(),
            expected: None,
            audit,
        }
    }

    /// A line of the audit log, for what a test does to a key by the store.
    pub fn audit(&self, action: AuditAction, key: &ApiKey) -> AuditEntry {
        AuditEntry {
            at: self.clock.now(),
            actor: Actor::Bootstrap,
            address: None,
            request_id: None,
            action,
            subject: key.id().to_string(),
            subject_name: None,
            changes: serde_json::Map::new(),
        }
    }
}

/// The account of a test's key: it is called like the key.
fn account_of(key: &ApiKey) -> ServiceAccountId {
    ServiceAccountId::parse(key.id().as_str()).unwrap()
}
