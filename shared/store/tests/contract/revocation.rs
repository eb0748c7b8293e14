//! The end of a key.

use policy::{KeyState, Policy};
use store::StoreError;

use crate::support::{Fixture, audit, change, new_key, policy_with_rows};

#[tokio::test]
async fn of_a_revoked_key_only_the_tombstone_and_the_audit_log_remain() {
    let fixture = Fixture::new().await;
    let (key, new) = new_key("Shop");
    let (id, audit) = (&new.record.id, audit(&new.record.id));
    fixture.store.create_key(&new, &audit).await.unwrap();
    let change = change(&new, &audit);
    for version in 1..30 {
        let policy = policy_with_rows(1);
        let replaced = fixture.store.replace_policy(&change, version, &policy);
        replaced.await.unwrap();
    }
    fixture.store.revoke(&change).await.unwrap();
    let tombstone = fixture.store.key(id).await.unwrap().unwrap();
    assert_eq!(tombstone.state, KeyState::Revoked);
    assert_eq!(tombstone.secret, key.secret_hash());
    assert_eq!(tombstone.workspace, fixture.workspace);
    for version in 1..=30 {
        assert_eq!(fixture.store.policy(id, version).await.unwrap(), None);
    }
    assert_eq!(fixture.store.sealed_secret(id).await.unwrap(), None);
    let listed = fixture.store.list_keys(&fixture.workspace).await;
    assert_eq!(listed, Ok(Vec::new()));
    let items = fixture.item_count(&fixture.tables.control).await;
    assert_eq!(
        items,
        1 + 31,
        "the tombstone, and a line for each of its changes"
    );
}

#[tokio::test]
async fn a_revoked_key_never_comes_back() {
    let fixture = Fixture::new().await;
    let (_, new) = new_key("Shop");
    let audit = audit(&new.record.id);
    fixture.store.create_key(&new, &audit).await.unwrap();
    let change = change(&new, &audit);
    let store = &fixture.store;
    store.revoke(&change).await.unwrap();
    let gone = StoreError::NotFound { what: "key" };
    assert_eq!(store.revoke(&change).await.unwrap_err(), gone);
    assert_eq!(store.set_enabled(&change, true).await.unwrap_err(), gone);
    let replaced = store.replace_policy(&change, 1, &Policy::default()).await;
    assert_eq!(replaced.unwrap_err(), gone);
    let secret = new.record.secret;
    let rotated = store.rotate_key(&change, &secret, None, None).await;
    assert_eq!(rotated.unwrap_err(), gone);
    assert!(matches!(
        store.create_key(&new, &audit).await,
        Err(StoreError::Conflict { .. })
    ));
}

#[tokio::test]
async fn what_an_interrupted_revocation_left_is_deleted_afterwards() {
    let fixture = Fixture::new().await;
    let (_, new) = new_key("Shop");
    let (id, audit) = (&new.record.id, audit(&new.record.id));
    fixture.store.create_key(&new, &audit).await.unwrap();
    let change = change(&new, &audit);
    let workspace = &fixture.workspace;
    fixture
        .store
        .finish_revocation(workspace, id)
        .await
        .unwrap();
    let living = fixture.store.policy(id, 1).await.unwrap();
    assert!(living.is_some(), "a key that lives loses nothing");
    let fault = fixture
        .stand_in
        .faults()
        .inject(local::Fault::server_error().on_action("BatchWriteItem"));
    let interrupted = fixture.store.revoke(&change).await;
    assert!(interrupted.unwrap_err().is_unavailable());
    fault.clear();
    assert!(fixture.store.policy(id, 1).await.unwrap().is_some());
    fixture
        .store
        .finish_revocation(workspace, id)
        .await
        .unwrap();
    assert_eq!(fixture.store.policy(id, 1).await.unwrap(), None);
}
