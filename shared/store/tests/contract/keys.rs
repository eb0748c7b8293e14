//! Keys and policies.

use policy::{EventRules, KeyState, Policy};
use store::StoreError;

use crate::support::{Fixture, at, new_key, policy_with_rows, workspace};

#[tokio::test]
async fn a_created_key_is_read_back_whole_and_listed() {
    let fixture = Fixture::new().await;
    let (_, mut new) = new_key("Shop");
    new.record.expires_at = Some(at(5_000));
    new.policy = policy_with_rows(3);
    fixture.store.create_key(&new).await.unwrap();
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
    fixture.store.create_key(&first).await.unwrap();
    let refused = fixture.store.create_key(&second).await;
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
    fixture.store.revoke(&first.record.id).await.unwrap();
    fixture.store.create_key(&second).await.unwrap();
    second.details.name = "Another".to_owned();
    let refused = fixture.store.create_key(&second).await;
    assert_eq!(
        refused,
        Err(StoreError::Conflict {
            what: "the key exists"
        })
    );
    let (_, mut elsewhere) = new_key("Shop");
    elsewhere.record.workspace = workspace("other");
    fixture.store.create_key(&elsewhere).await.unwrap();
}

#[tokio::test]
async fn of_two_who_replace_the_same_version_one_wins_and_the_other_learns_it() {
    let fixture = Fixture::new().await;
    let (_, new) = new_key("Shop");
    fixture.store.create_key(&new).await.unwrap();
    let id = &new.record.id;
    let (one, other) = (policy_with_rows(1), policy_with_rows(2));
    let outcomes = tokio::join!(
        fixture.store.replace_policy(id, 1, &one),
        fixture.store.replace_policy(id, 1, &other),
    );
    let kept = match outcomes {
        (Ok(2), Err(StoreError::VersionStale)) => one,
        (Err(StoreError::VersionStale), Ok(2)) => other,
        other => panic!("one of them wins: {other:?}"),
    };
    assert_eq!(
        fixture.store.key(id).await.unwrap().unwrap().policy_version,
        2
    );
    assert_eq!(fixture.store.policy(id, 2).await.unwrap(), Some(kept));
    let unchanged = fixture.store.policy(id, 1).await.unwrap();
    assert_eq!(unchanged, Some(Policy::default()), "a version is immutable");
    assert_eq!(fixture.store.policy(id, 3).await.unwrap(), None);
}

#[tokio::test]
async fn a_thousand_rows_with_descriptions_fit_and_more_than_an_item_holds_is_said() {
    let fixture = Fixture::new().await;
    let (_, new) = new_key("Shop");
    fixture.store.create_key(&new).await.unwrap();
    let id = &new.record.id;
    let large = policy_with_rows(1_000);
    assert_eq!(fixture.store.replace_policy(id, 1, &large).await, Ok(2));
    assert_eq!(fixture.store.policy(id, 2).await.unwrap().unwrap(), large);
    let noise = || {
        (0..60_000)
            .map(|_| rand::random_range('\u{4e00}'..'\u{9fff}'))
            .collect()
    };
    let origins = Some((0..4).map(|_| noise()).collect());
    let huge = Policy {
        origins,
        events: EventRules::All,
        ..Policy::default()
    };
    let refused = fixture.store.replace_policy(id, 2, &huge).await;
    assert_eq!(refused, Err(StoreError::TooLarge { what: "policy" }));
}

#[tokio::test]
async fn state_and_expiry_change_in_the_key_and_in_the_list_together() {
    let fixture = Fixture::new().await;
    let (_, new) = new_key("Shop");
    fixture.store.create_key(&new).await.unwrap();
    let id = &new.record.id;
    for (state, expires_at) in [
        (KeyState::Disabled, Some(at(9))),
        (KeyState::Enabled, None),
        (KeyState::Disabled, None),
    ] {
        fixture.store.set_state(id, state).await.unwrap();
        fixture.store.set_expiry(id, expires_at).await.unwrap();
        let record = fixture.store.key(id).await.unwrap().unwrap();
        assert_eq!((record.state, record.expires_at), (state, expires_at));
        let entry = fixture
            .store
            .key_entry(&fixture.workspace, id)
            .await
            .unwrap()
            .unwrap();
        assert_eq!((entry.state, entry.expires_at), (state, expires_at));
    }
}

#[tokio::test]
async fn of_a_revoked_key_only_the_tombstone_remains() {
    let fixture = Fixture::new().await;
    let (key, new) = new_key("Shop");
    fixture.store.create_key(&new).await.unwrap();
    let id = &new.record.id;
    for version in 1..30 {
        fixture
            .store
            .replace_policy(id, version, &policy_with_rows(1))
            .await
            .unwrap();
    }
    fixture.store.revoke(id).await.unwrap();
    fixture.store.revoke(id).await.unwrap();
    let tombstone = fixture.store.key(id).await.unwrap().unwrap();
    assert_eq!(tombstone.state, KeyState::Revoked);
    assert_eq!(tombstone.secret, key.secret_hash());
    assert_eq!(tombstone.workspace, fixture.workspace);
    for version in 1..=30 {
        assert_eq!(fixture.store.policy(id, version).await.unwrap(), None);
    }
    assert_eq!(fixture.store.sealed_secret(id).await.unwrap(), None);
    assert_eq!(
        fixture.store.list_keys(&fixture.workspace).await.unwrap(),
        []
    );
    let items = fixture.item_count(&fixture.tables.control).await;
    assert_eq!(items, 1, "nothing but the tombstone");
}

#[tokio::test]
async fn a_revoked_key_never_comes_back() {
    let fixture = Fixture::new().await;
    let (_, new) = new_key("Shop");
    fixture.store.create_key(&new).await.unwrap();
    let id = &new.record.id;
    fixture
        .store
        .set_state(id, KeyState::Revoked)
        .await
        .unwrap();
    let gone = StoreError::Conflict {
        what: "the key is revoked",
    };
    assert_eq!(
        fixture
            .store
            .set_state(id, KeyState::Enabled)
            .await
            .unwrap_err(),
        gone
    );
    assert_eq!(fixture.store.set_expiry(id, None).await.unwrap_err(), gone);
    let replaced = fixture
        .store
        .replace_policy(id, 1, &Policy::default())
        .await;
    assert_eq!(replaced.unwrap_err(), gone);
    assert!(matches!(
        fixture.store.create_key(&new).await,
        Err(StoreError::Conflict { .. })
    ));
}

#[tokio::test]
async fn what_does_not_exist_is_said() {
    let fixture = Fixture::new().await;
    let (_, new) = new_key("Shop");
    let id = &new.record.id;
    assert_eq!(fixture.store.key(id).await.unwrap(), None);
    let missing = StoreError::NotFound { what: "key" };
    assert_eq!(fixture.store.revoke(id).await.unwrap_err(), missing);
    assert_eq!(
        fixture
            .store
            .set_state(id, KeyState::Disabled)
            .await
            .unwrap_err(),
        missing
    );
    assert_eq!(
        fixture.store.workspace(&fixture.workspace).await.unwrap(),
        None
    );
}

#[tokio::test]
async fn a_workspace_is_made_once_and_read_back() {
    let fixture = Fixture::new().await;
    let mut settings = store::WorkspaceSettings::new("Acme", at(0));
    settings.retention_days = Some(30);
    settings.keep_addresses = false;
    fixture
        .store
        .create_workspace(&fixture.workspace, &settings)
        .await
        .unwrap();
    let again = fixture
        .store
        .create_workspace(&fixture.workspace, &settings)
        .await;
    assert!(matches!(again, Err(StoreError::Conflict { .. })));
    assert_eq!(
        fixture.store.workspace(&fixture.workspace).await.unwrap(),
        Some(settings)
    );
}
