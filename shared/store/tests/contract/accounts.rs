//! Service accounts and their keys.

use event::{KeyId, ServiceAccountId};
use policy::{AddressRow, AddressRules, ApiKey, KeyKind, KeyRecord, KeyState, Role};
use store::{
    AccountChange, AccountKey, AuditAction, Ended, NewAccountKey, ServiceAccount, StoreError,
};

use crate::support::{Fixture, ada, at, audit_entry, workspace};

fn account(id: &str, name: &str) -> ServiceAccount {
    let id = ServiceAccountId::parse(id).unwrap();
    ServiceAccount::new(id, workspace("acme"), name, Role::Editor, ada(), at(0))
}

fn key_of(account: &ServiceAccount) -> NewAccountKey {
    let key = ApiKey::generate(KeyKind::ServiceAccount, &mut rand::rng());
    let entry = AccountKey {
        id: key.id().clone(),
        name: "Nightly".to_owned(),
        creator: ada(),
        created_at: at(0),
        expires_at: Some(at(9_000)),
        addresses: AddressRules::Specific(vec![
            AddressRow::new("192.0.2.0/24".parse().unwrap()),
            AddressRow::new("2001:db8::/32".parse().unwrap()),
        ]),
        revoked: None,
    };
    let record = KeyRecord {
        role: Some(account.role),
        account: Some(account.name.clone()),
        expires_at: entry.expires_at,
        ..KeyRecord::issued(&key, account.workspace.clone())
    };
    NewAccountKey { record, entry }
}

fn end() -> Ended {
    Ended {
        at: at(5_000),
        by: ada(),
    }
}

struct World {
    fixture: Fixture,
    id: ServiceAccountId,
}

impl World {
    /// An account with so many keys.
    async fn with_keys(count: usize) -> (Self, Vec<KeyId>) {
        let fixture = Fixture::new().await;
        let build = account("account00001", "Build");
        let entry = audit_entry(AuditAction::ServiceAccountCreated);
        fixture
            .store
            .create_account(&build, None, &[entry])
            .await
            .unwrap();
        let world = Self {
            fixture,
            id: build.id,
        };
        let mut keys = Vec::new();
        for _ in 0..count {
            keys.push(world.add_key().await);
        }
        (world, keys)
    }

    async fn add_key(&self) -> KeyId {
        let account = self.account().await;
        let key = key_of(&account);
        let entry = audit_entry(AuditAction::ApiKeyCreated);
        let store = &self.fixture.store;
        store
            .create_account_key(&account, &key, &entry)
            .await
            .unwrap();
        key.entry.id
    }

    async fn account(&self) -> ServiceAccount {
        let store = &self.fixture.store;
        let found = store.account(&workspace("acme"), &self.id).await.unwrap();
        found.unwrap()
    }

    async fn key(&self, id: &KeyId) -> KeyRecord {
        self.fixture.store.key(id).await.unwrap().unwrap()
    }

    async fn change(
        &self,
        account: &ServiceAccount,
        name: &str,
        role: Role,
        living: &[KeyId],
    ) -> Result<(), StoreError> {
        let change = AccountChange {
            name: name.to_owned(),
            role,
        };
        let entry = audit_entry(AuditAction::ServiceAccountChanged);
        let store = &self.fixture.store;
        store.change_account(account, &change, living, &entry).await
    }

    async fn revoke(&self, account: &ServiceAccount, key: &KeyId) -> Result<(), StoreError> {
        let entry = audit_entry(AuditAction::ApiKeyRevoked);
        let store = &self.fixture.store;
        store.revoke_account_key(account, key, &end(), &entry).await
    }
}

#[tokio::test]
async fn an_account_and_its_keys_are_read_back_and_are_no_keys_of_the_list() {
    let fixture = Fixture::new().await;
    let store = &fixture.store;
    let build = account("account00001", "Build");
    let key = key_of(&build);
    let entry = audit_entry(AuditAction::ServiceAccountCreated);
    store
        .create_account(&build, Some(&key), &[entry])
        .await
        .unwrap();
    let acme = workspace("acme");
    let read = store.account(&acme, &build.id).await.unwrap().unwrap();
    assert_eq!((read.name.as_str(), read.living_keys), ("Build", 1));
    assert_eq!((read.creator.clone(), read.version), (ada(), 1));
    assert_eq!(store.accounts(&acme).await.unwrap(), [read]);
    let keys = store.account_keys(&acme, &build.id).await.unwrap();
    assert_eq!(keys, std::slice::from_ref(&key.entry));
    let record = store.key(&key.entry.id).await.unwrap();
    assert_eq!(record, Some(key.record));
    assert!(store.policy(&key.entry.id, 1).await.unwrap().is_some());
    assert_eq!(store.list_keys(&acme).await.unwrap(), []);
    assert_eq!(store.key_entry(&acme, &key.entry.id).await.unwrap(), None);
    let other = workspace("other");
    assert_eq!(store.accounts(&other).await.unwrap(), []);
    assert_eq!(store.account(&other, &build.id).await.unwrap(), None);
    assert_eq!(store.account_keys(&other, &build.id).await.unwrap(), []);
}

#[tokio::test]
async fn a_name_is_held_by_one_account_until_that_is_deleted_or_renamed() {
    let (world, _) = World::with_keys(0).await;
    let store = &world.fixture.store;
    let create = async |id: &str, name: &str| {
        let entry = audit_entry(AuditAction::ServiceAccountCreated);
        store
            .create_account(&account(id, name), None, &[entry])
            .await
    };
    let taken = Err(StoreError::Conflict {
        what: "the name is taken",
    });
    assert_eq!(create("account00002", "Build").await, taken);
    create("account00002", "Deploy").await.unwrap();
    let build = world.account().await;
    let renamed = world.change(&build, "Deploy", Role::Editor, &[]).await;
    assert_eq!(renamed, taken);
    world
        .change(&build, "Nightly", Role::Editor, &[])
        .await
        .unwrap();
    create("account00003", "Build").await.unwrap();
    let nightly = world.account().await;
    let entry = audit_entry(AuditAction::ServiceAccountDeleted);
    store
        .delete_account(&nightly, &[], &end(), &entry)
        .await
        .unwrap();
    create("account00004", "Nightly").await.unwrap();
}

#[tokio::test]
async fn a_change_reaches_all_living_keys_and_no_other() {
    let (world, mut keys) = World::with_keys(20).await;
    let revoked = keys.remove(3);
    world
        .revoke(&world.account().await, &revoked)
        .await
        .unwrap();
    let account = world.account().await;
    assert_eq!(account.living_keys, 19);
    world
        .change(&account, "Robots", Role::Viewer, &keys)
        .await
        .unwrap();
    for id in &keys {
        let record = world.key(id).await;
        assert_eq!(record.role, Some(Role::Viewer));
        assert_eq!(record.account.as_deref(), Some("Robots"));
    }
    let gone = world.key(&revoked).await;
    assert_eq!(
        (gone.state, gone.role),
        (KeyState::Revoked, Some(Role::Editor))
    );
    let after = world.account().await;
    assert_eq!((after.version, after.role), (2, Role::Viewer));
}

#[tokio::test]
async fn who_did_not_see_the_newest_keys_changes_nothing() {
    let (world, keys) = World::with_keys(1).await;
    let seen = world.account().await;
    let new = world.add_key().await;
    let stale = Err(StoreError::VersionStale);
    let changed = world.change(&seen, "Build", Role::Admin, &keys).await;
    assert_eq!(changed, stale);
    assert_eq!(world.revoke(&seen, &keys[0]).await, stale);
    let entry = audit_entry(AuditAction::ServiceAccountDeleted);
    let store = &world.fixture.store;
    let deleted = store.delete_account(&seen, &keys, &end(), &entry).await;
    assert_eq!(deleted, stale);
    let key = key_of(&seen);
    let created = store.create_account_key(&seen, &key, &entry).await;
    assert_eq!(created, stale);
    assert_eq!(world.key(&new).await.role, Some(Role::Editor));
    assert_eq!(store.key(&key.entry.id).await.unwrap(), None);
}

#[tokio::test]
async fn a_key_whose_id_exists_is_a_conflict_whoever_saw_the_account_last() {
    let (world, _) = World::with_keys(0).await;
    let seen = world.account().await;
    let key = key_of(&seen);
    let entry = audit_entry(AuditAction::ApiKeyCreated);
    let store = &world.fixture.store;
    store.create_account_key(&seen, &key, &entry).await.unwrap();
    let again = store.create_account_key(&seen, &key, &entry).await;
    assert_eq!(again, Err(StoreError::VersionStale));
    let newest = world.account().await;
    let again = store.create_account_key(&newest, &key, &entry).await;
    assert!(
        matches!(again, Err(StoreError::Conflict { .. })),
        "{again:?}"
    );
    assert_eq!(world.account().await.living_keys, 1);
}

#[tokio::test]
async fn what_was_revoked_stays_listed_with_when_and_by_whom() {
    let (world, keys) = World::with_keys(3).await;
    world
        .revoke(&world.account().await, &keys[0])
        .await
        .unwrap();
    let again = world.revoke(&world.account().await, &keys[0]).await;
    assert_eq!(again, Err(StoreError::VersionStale));
    let account = world.account().await;
    let entry = audit_entry(AuditAction::ServiceAccountDeleted);
    let store = &world.fixture.store;
    store
        .delete_account(&account, &keys[1..], &end(), &entry)
        .await
        .unwrap();
    let acme = workspace("acme");
    let listed = store.account_keys(&acme, &world.id).await.unwrap();
    assert_eq!(listed.len(), 3);
    for key in listed {
        assert_eq!(key.revoked, Some(end()));
        assert_eq!(world.key(&key.id).await.state, KeyState::Revoked);
    }
    let deleted = world.account().await;
    assert_eq!(
        (deleted.deleted.clone(), deleted.living_keys),
        (Some(end()), 0)
    );
    let changed = world.change(&deleted, "Build", Role::Admin, &[]).await;
    assert_eq!(changed, Err(StoreError::VersionStale));
}
