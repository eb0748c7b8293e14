//! Changes of keys: each with its line of the audit log, and none over another that was not seen.

use event::Timestamp;
use policy::{EventRules, KeyState, Policy, PreviousSecret, SecretHash};
use store::{
    AuditQuery, KeyChange, KeyEntry, KeyVersion, NewDetails, NewKey, SealedSecret, StoreError,
};

use crate::support::{Fixture, at, audit, change, new_key, policy_with_rows, workspace};

/// A stored key.
async fn stored(fixture: &Fixture, name: &str) -> NewKey {
    let (_, new) = new_key(name);
    let audit = audit(&new.record.id);
    fixture.store.create_key(&new, &audit).await.unwrap();
    new
}

async fn entry(fixture: &Fixture, key: &NewKey) -> KeyEntry {
    let entry = fixture.store.key_entry(&fixture.workspace, &key.record.id);
    entry.await.unwrap().unwrap()
}

async fn audited(fixture: &Fixture) -> usize {
    let query = AuditQuery {
        limit: 100,
        ..AuditQuery::default()
    };
    let page = fixture.store.audit(&fixture.workspace, &query).await;
    page.unwrap().entries.len()
}

fn called(name: &str, expires_at: Option<Timestamp>) -> NewDetails {
    NewDetails {
        name: name.to_owned(),
        tags: vec!["new".to_owned()],
        expires_at,
    }
}

#[tokio::test]
async fn of_two_who_replace_the_same_version_one_wins_and_the_other_learns_it() {
    let fixture = Fixture::new().await;
    let new = stored(&fixture, "Shop").await;
    let (id, audit) = (&new.record.id, audit(&new.record.id));
    let seen = KeyChange {
        expected: Some(KeyVersion::FIRST),
        ..change(&new, &audit)
    };
    let (one, other) = (policy_with_rows(1), policy_with_rows(2));
    let outcomes = tokio::join!(
        fixture.store.replace_policy(&seen, 1, &one),
        fixture.store.replace_policy(&seen, 1, &other),
    );
    let kept = match outcomes {
        (Ok(2), Err(StoreError::VersionStale)) => one,
        (Err(StoreError::VersionStale), Ok(2)) => other,
        other => panic!("one of them wins: {other:?}"),
    };
    let record = fixture.store.key(id).await.unwrap().unwrap();
    assert_eq!(record.policy_version, 2);
    assert_eq!(entry(&fixture, &new).await.version.policy, 2);
    assert_eq!(fixture.store.policy(id, 2).await.unwrap(), Some(kept));
    let unchanged = fixture.store.policy(id, 1).await.unwrap();
    assert_eq!(unchanged, Some(Policy::default()), "a version is immutable");
    assert_eq!(fixture.store.policy(id, 3).await.unwrap(), None);
    assert_eq!(audited(&fixture).await, 2, "the loser leaves no line");
}

#[tokio::test]
async fn a_change_on_condition_of_a_version_that_is_over_changes_nothing() {
    let fixture = Fixture::new().await;
    let new = stored(&fixture, "Shop").await;
    let audit = audit(&new.record.id);
    let any = change(&new, &audit);
    let seen = KeyChange {
        expected: Some(KeyVersion::FIRST),
        ..any
    };
    fixture.store.set_enabled(&any, false).await.unwrap();
    let before = entry(&fixture, &new).await;
    let stale = Err(StoreError::VersionStale);
    let details = called("Other", None);
    let changed = fixture.store.change_details(&seen, "Shop", &details).await;
    assert_eq!(changed, stale);
    assert_eq!(fixture.store.set_enabled(&seen, true).await, stale);
    assert_eq!(fixture.store.revoke(&seen).await, stale);
    let policy = Policy::default();
    let replaced = fixture.store.replace_policy(&seen, 1, &policy).await;
    assert_eq!(replaced, Err(StoreError::VersionStale));
    assert_eq!(entry(&fixture, &new).await, before);
    assert_eq!(audited(&fixture).await, 2);
}

#[tokio::test]
async fn a_thousand_rows_with_descriptions_fit_and_more_than_an_item_holds_is_said() {
    let fixture = Fixture::new().await;
    let new = stored(&fixture, "Shop").await;
    let (id, audit) = (&new.record.id, audit(&new.record.id));
    let change = change(&new, &audit);
    let large = policy_with_rows(1_000);
    assert_eq!(
        fixture.store.replace_policy(&change, 1, &large).await,
        Ok(2)
    );
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
    let refused = fixture.store.replace_policy(&change, 2, &huge).await;
    assert_eq!(refused, Err(StoreError::TooLarge { what: "policy" }));
}

#[tokio::test]
async fn state_and_details_change_in_the_key_and_in_the_list_together() {
    let fixture = Fixture::new().await;
    let new = stored(&fixture, "Shop").await;
    let (id, audit) = (&new.record.id, audit(&new.record.id));
    let change = change(&new, &audit);
    let mut name = "Shop";
    for (version, enabled, next, until) in [
        (3, false, "Store", Some(at(9))),
        (5, true, "Store", None),
        (7, false, "Shop", None),
    ] {
        fixture.store.set_enabled(&change, enabled).await.unwrap();
        let details = called(next, until);
        let changed = fixture.store.change_details(&change, name, &details).await;
        changed.unwrap();
        name = next;
        let state = if enabled {
            KeyState::Enabled
        } else {
            KeyState::Disabled
        };
        let record = fixture.store.key(id).await.unwrap().unwrap();
        assert_eq!((record.state, record.expires_at), (state, until));
        let entry = entry(&fixture, &new).await;
        assert_eq!((entry.state, entry.expires_at), (state, until));
        assert_eq!(
            (entry.details.name.as_str(), entry.version.details),
            (next, version)
        );
        assert_eq!(entry.details.tags, ["new"]);
        assert_eq!(entry.details.creator, new.details.creator);
    }
}

#[tokio::test]
async fn a_name_moves_with_the_key_and_is_free_behind_it() {
    let fixture = Fixture::new().await;
    let (first, second) = (stored(&fixture, "a").await, stored(&fixture, "b").await);
    let (of_first, of_second) = (audit(&first.record.id), audit(&second.record.id));
    let taken = fixture
        .store
        .change_details(&change(&first, &of_first), "a", &called("b", None))
        .await;
    assert_eq!(
        taken,
        Err(StoreError::Conflict {
            what: "the name is taken"
        })
    );
    assert_eq!(entry(&fixture, &first).await.details.name, "a");
    for (key, audit, from, to) in [
        (&second, &of_second, "b", "c"),
        (&first, &of_first, "a", "b"),
    ] {
        let moved = fixture
            .store
            .change_details(&change(key, audit), from, &called(to, None))
            .await;
        moved.unwrap();
    }
    stored(&fixture, "a").await;
}

#[tokio::test]
async fn a_rotation_keeps_the_secret_until_now_and_the_next_one_ends_the_older() {
    let fixture = Fixture::new().await;
    let new = stored(&fixture, "Shop").await;
    let (id, audit) = (&new.record.id, audit(&new.record.id));
    let change = change(&new, &audit);
    let mut before = new.record.secret;
    for (index, until) in [
        (1, Some(at(5))),
        (2, Some(at(7))),
        (3, None),
        (4, Some(at(9))),
    ] {
        let secret = SecretHash::from_bytes([index; 32]);
        let sealed = SealedSecret {
            ring_key: "ring".to_owned(),
            nonce_and_ciphertext: vec![index; 90],
        };
        let rotated = fixture
            .store
            .rotate_key(&change, &secret, Some(&sealed), until);
        rotated.await.unwrap();
        let record = fixture.store.key(id).await.unwrap().unwrap();
        assert_eq!(record.secret, secret);
        let previous = until.map(|expires_at| PreviousSecret {
            hash: before,
            expires_at,
        });
        assert_eq!(record.previous, previous, "{index}");
        let listed = entry(&fixture, &new).await;
        assert_eq!(listed.previous_expires_at, until);
        assert_eq!(listed.rotated_at, Some(audit.at));
        let found = fixture.store.sealed_key(&fixture.workspace, id).await;
        assert_eq!(found.unwrap().unwrap().1, Some(sealed));
        before = secret;
    }
    for _ in 0..2 {
        fixture.store.end_previous_secret(&change).await.unwrap();
        let record = fixture.store.key(id).await.unwrap().unwrap();
        assert_eq!((record.secret, record.previous), (before, None));
        assert_eq!(entry(&fixture, &new).await.previous_expires_at, None);
    }
}

#[tokio::test]
async fn a_key_of_another_workspace_and_one_that_never_was_do_not_exist() {
    let fixture = Fixture::new().await;
    let (new, (_, unknown)) = (stored(&fixture, "Shop").await, new_key("Other"));
    let elsewhere = workspace("elsewhere");
    let audit = audit(&new.record.id);
    let strange = KeyChange {
        workspace: &elsewhere,
        ..change(&new, &audit)
    };
    let missing = StoreError::NotFound { what: "key" };
    for change in [strange, change(&unknown, &audit)] {
        let store = &fixture.store;
        assert_eq!(
            store.set_enabled(&change, false).await.unwrap_err(),
            missing
        );
        assert_eq!(store.revoke(&change).await.unwrap_err(), missing);
        let ended = store.end_previous_secret(&change).await;
        assert_eq!(ended.unwrap_err(), missing);
        let replaced = store.replace_policy(&change, 1, &Policy::default()).await;
        assert_eq!(replaced.unwrap_err(), missing);
        let secret = SecretHash::from_bytes([1; 32]);
        let rotated = store.rotate_key(&change, &secret, None, None).await;
        assert_eq!(rotated.unwrap_err(), missing);
        let found = store.sealed_key(change.workspace, change.id).await;
        assert_eq!(found, Ok(None));
    }
    let record = fixture.store.key(&new.record.id).await.unwrap();
    assert_eq!(record, Some(new.record));
}
