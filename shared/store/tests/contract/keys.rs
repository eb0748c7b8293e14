//! Keys and policies.

use policy::{KeyState, Role};
use store::StoreError;

use crate::support::{Fixture, at, audit, change, new_key, policy_with_rows, workspace};

#[tokio::test]
async fn a_created_key_is_read_back_whole_and_listed() {
    let fixture = Fixture::new().await;
    let (_, mut new) = new_key("Shop");
    new.record.expires_at = Some(at(5_000));
    new.record.role = Some(Role::Editor);
    new.record.account = Some("Nightly build".to_owned());
    new.policy = policy_with_rows(3);
    fixture
        .store
        .create_key(&new, &audit(&new.record.id))
        .await
        .unwrap();
    let id = &new.record.id;
    assert_eq!(
        fixture.store.key(id).await.unwrap().as_ref(),
        Some(&new.record)
    );
    assert_eq!(
        fixture.store.policy(id, 1).await.unwrap().as_ref(),
        Some(&new.policy)
    );
    assert_eq!(fixture.store.sealed_secret(id).await.unwrap(), new.sealed);
    let listed = fixture.store.list_keys(&fixture.workspace).await.unwrap();
    let [entry] = listed.as_slice() else {
        panic!("one key: {listed:?}")
    };
    assert_eq!((&entry.id, entry.kind), (id, new.record.kind));
    assert_eq!(
        (entry.state, entry.expires_at),
        (KeyState::Enabled, Some(at(5_000)))
    );
    assert_eq!(entry.details, new.details);
    assert_eq!(
        fixture.store.list_keys(&workspace("other")).await.unwrap(),
        []
    );
}

#[tokio::test]
async fn a_name_is_held_by_one_key_of_its_workspace_until_that_is_revoked() {
    let fixture = Fixture::new().await;
    let ((_, first), (_, mut second)) = (new_key("Shop"), new_key("Shop"));
    fixture
        .store
        .create_key(&first, &audit(&first.record.id))
        .await
        .unwrap();
    let refused = fixture
        .store
        .create_key(&second, &audit(&second.record.id))
        .await;
    assert_eq!(
        refused,
        Err(StoreError::Conflict {
            what: "the name is taken"
        })
    );
    assert_eq!(
        fixture.store.key(&second.record.id).await.unwrap(),
        None,
        "nothing half-stored"
    );
    let revocation = audit(&first.record.id);
    let revoked = fixture.store.revoke(&change(&first, &revocation)).await;
    revoked.unwrap();
    fixture
        .store
        .create_key(&second, &audit(&second.record.id))
        .await
        .unwrap();
    second.details.name = "Another".to_owned();
    let refused = fixture
        .store
        .create_key(&second, &audit(&second.record.id))
        .await;
    assert_eq!(
        refused,
        Err(StoreError::Conflict {
            what: "the key exists"
        })
    );
    let (_, mut elsewhere) = new_key("Shop");
    elsewhere.record.workspace = workspace("other");
    fixture
        .store
        .create_key(&elsewhere, &audit(&elsewhere.record.id))
        .await
        .unwrap();
}
