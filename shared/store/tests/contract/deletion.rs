//! Deleting users.

use std::time::Duration;

use event::ProfileId;
use local::Fault;
use store::{ProfileRead, TimelineQuery, TimelineWindow};

use crate::support::{Fixture, anonymous, at, entry, event, known, update, user, window};

async fn set(fixture: &Fixture, who: (Option<&str>, Option<&str>), time: i64, received: i64) {
    let update = update(who.0, who.1, time, r#"{"plan":"pro"}"#);
    fixture
        .store
        .update_profile(&fixture.workspace, &update, at(received))
        .await
        .unwrap();
}

async fn read(fixture: &Fixture, id: &str) -> ProfileRead {
    fixture
        .store
        .profile(&fixture.workspace, &user(id), at(0))
        .await
        .unwrap()
}

async fn project(fixture: &Fixture, profile: ProfileId, id: &str, time: i64, received: i64) {
    let windows = vec![TimelineWindow {
        profile,
        entries: vec![entry(event(id, time), received)],
    }];
    fixture
        .store
        .put_timelines(&fixture.workspace, windows)
        .await
        .unwrap();
}

async fn shown(fixture: &Fixture, id: &str) -> Vec<String> {
    let query = TimelineQuery {
        limit: 100,
        cursor: None,
        name: None,
    };
    let page = fixture
        .store
        .timeline(&fixture.workspace, &user(id), &query, at(0))
        .await
        .unwrap();
    page.entries
        .iter()
        .map(|entry| entry.event.id.to_string())
        .collect()
}

/// A user with a profile, a linked device with a profile, and events of both.
async fn known_user(fixture: &Fixture) {
    set(fixture, (None, Some("d")), 1, 1).await;
    set(fixture, (Some("u"), Some("d")), 2, 2).await;
    project(fixture, known("u"), "of the user", 3, 3).await;
    project(fixture, anonymous("d"), "of the device", 4, 4).await;
}

async fn delete(fixture: &Fixture, id: &str, now: i64) {
    fixture
        .store
        .delete_profile(&fixture.workspace, &user(id), at(now))
        .await
        .unwrap();
}

#[tokio::test]
async fn of_a_deleted_user_only_tombstones_remain() {
    let fixture = Fixture::new().await;
    known_user(&fixture).await;
    delete(&fixture, "u", 10).await;
    assert_eq!(read(&fixture, "u").await, ProfileRead::Deleted);
    assert_eq!(shown(&fixture, "u").await, [""; 0]);
    let items = fixture.item_count(&fixture.tables.profiles).await;
    assert_eq!(
        items, 6,
        "a tombstone each for the user, the device of that id and the linked one, in place and in the index"
    );
    let tombstones = fixture.store.tombstones(&fixture.workspace).await.unwrap();
    for profile in [known("u"), anonymous("u"), anonymous("d")] {
        assert!(tombstones.cover(&profile, at(10)));
        assert!(!tombstones.cover(&profile, at(11)));
    }
    assert!(!tombstones.cover(&known("d"), at(0)));
    delete(&fixture, "u", 11).await;
    assert!(
        fixture
            .store
            .tombstones(&fixture.workspace)
            .await
            .unwrap()
            .cover(&known("u"), at(11))
    );
}

#[tokio::test]
async fn what_was_sent_before_a_deletion_and_comes_late_stays_gone() {
    let fixture = Fixture::new().await;
    known_user(&fixture).await;
    delete(&fixture, "u", 10).await;
    for who in [(Some("u"), None), (None, Some("d")), (Some("u"), Some("d"))] {
        set(&fixture, who, 9, 9).await;
        set(&fixture, who, 9, 20).await;
        set(&fixture, who, 20, 10).await;
    }
    project(&fixture, known("u"), "late", 5, 10).await;
    project(&fixture, anonymous("d"), "late device", 5, 10).await;
    assert_eq!(read(&fixture, "u").await, ProfileRead::Deleted);
    assert_eq!(shown(&fixture, "u").await, [""; 0]);
    set(&fixture, (Some("v"), Some("d")), 21, 21).await;
    assert_eq!(
        shown(&fixture, "v").await,
        [""; 0],
        "nor with whoever has the device next"
    );
}

#[tokio::test]
async fn a_user_unknown_so_far_can_be_deleted_before_the_events_are_projected() {
    let fixture = Fixture::new().await;
    delete(&fixture, "u", 10).await;
    project(&fixture, known("u"), "under way", 9, 9).await;
    assert_eq!(read(&fixture, "u").await, ProfileRead::Deleted);
}

#[tokio::test]
async fn what_comes_after_a_deletion_makes_the_user_visible_with_nothing_but_the_new() {
    let fixture = Fixture::new().await;
    known_user(&fixture).await;
    delete(&fixture, "u", 10).await;
    let mixed = vec![entry(event("old", 5), 5), entry(event("new", 6), 11)];
    let windows = vec![TimelineWindow {
        profile: known("u"),
        entries: mixed,
    }];
    fixture
        .store
        .put_timelines(&fixture.workspace, windows)
        .await
        .unwrap();
    assert_eq!(read(&fixture, "u").await, ProfileRead::OnlyEvents);
    assert_eq!(shown(&fixture, "u").await, ["new"]);
    set(&fixture, (Some("u"), None), 12, 12).await;
    let ProfileRead::Found(profile) = read(&fixture, "u").await else {
        panic!("found")
    };
    assert_eq!(
        (profile.properties.len(), profile.anonymous_ids.len()),
        (1, 0)
    );
    set(&fixture, (Some("u"), Some("d")), 13, 13).await;
    project(&fixture, anonymous("d"), "linked again", 14, 14).await;
    assert_eq!(shown(&fixture, "u").await, ["linked again", "new"]);
    delete(&fixture, "u", 20).await;
    assert_eq!(read(&fixture, "u").await, ProfileRead::Deleted);
    assert_eq!(fixture.item_count(&fixture.tables.profiles).await, 6);
}

#[tokio::test]
async fn a_device_freed_by_a_deletion_goes_with_the_next_user_who_links_it() {
    let fixture = Fixture::new().await;
    known_user(&fixture).await;
    set(&fixture, (Some("v"), Some("d")), 5, 5).await;
    delete(&fixture, "u", 10).await;
    set(&fixture, (Some("w"), Some("d")), 11, 11).await;
    project(&fixture, anonymous("d"), "of w", 12, 12).await;
    assert_eq!(shown(&fixture, "w").await, ["of w"]);
    delete(&fixture, "v", 20).await;
    assert_eq!(
        shown(&fixture, "w").await,
        ["of w"],
        "a link without effect deletes nothing"
    );
}

#[tokio::test]
async fn a_user_who_tried_a_device_before_can_have_it_once_it_is_free() {
    let fixture = Fixture::new().await;
    known_user(&fixture).await;
    set(&fixture, (Some("v"), Some("d")), 5, 5).await;
    assert_eq!(shown(&fixture, "v").await, [""; 0]);
    delete(&fixture, "u", 10).await;
    set(&fixture, (Some("v"), Some("d")), 11, 11).await;
    project(&fixture, anonymous("d"), "of v", 12, 12).await;
    assert_eq!(shown(&fixture, "v").await, ["of v"]);
}

#[tokio::test]
async fn deleting_a_device_takes_its_profile_and_events_and_keeps_late_ones_away() {
    let fixture = Fixture::new().await;
    set(&fixture, (None, Some("d")), 1, 1).await;
    project(&fixture, anonymous("d"), "early", 2, 2).await;
    assert_eq!(shown(&fixture, "d").await, ["early"]);
    delete(&fixture, "d", 10).await;
    project(&fixture, anonymous("d"), "late", 3, 9).await;
    set(&fixture, (None, Some("d")), 9, 9).await;
    assert_eq!(read(&fixture, "d").await, ProfileRead::Deleted);
    assert_eq!(shown(&fixture, "d").await, [""; 0]);
    let tombstones = fixture.store.tombstones(&fixture.workspace).await.unwrap();
    assert!(tombstones.cover(&anonymous("d"), at(10)));
    set(&fixture, (Some("u"), Some("d")), 11, 11).await;
    assert_eq!(shown(&fixture, "u").await, [""; 0], "nor does a link");
    project(&fixture, anonymous("d"), "new", 12, 12).await;
    assert_eq!(shown(&fixture, "d").await, ["new"]);
}

#[tokio::test]
async fn deleting_a_linked_device_leaves_its_user_without_it_until_it_is_linked_again() {
    let fixture = Fixture::new().await;
    known_user(&fixture).await;
    delete(&fixture, "d", 10).await;
    assert_eq!(shown(&fixture, "u").await, ["of the user"]);
    let devices = async || {
        let ProfileRead::Found(profile) = read(&fixture, "u").await else {
            panic!("found")
        };
        profile.anonymous_ids
    };
    assert_eq!(devices().await, []);
    let items = fixture.item_count(&fixture.tables.profiles).await;
    assert_eq!(items, 6, "the user with an event, and tombstones: no link");
    set(&fixture, (Some("u"), Some("d")), 11, 11).await;
    assert_eq!(devices().await, [user("d")]);
    delete(&fixture, "u", 20).await;
    let items = fixture.item_count(&fixture.tables.profiles).await;
    assert_eq!(items, 8, "tombstones of both users and both devices");
}

#[tokio::test]
async fn a_device_shows_nothing_old_of_a_user_whose_deletion_was_interrupted() {
    let fixture = Fixture::new().await;
    known_user(&fixture).await;
    // The user's tombstone and that of the device of the same id come first.
    let fault = Fault::server_error()
        .on_action("TransactWriteItems")
        .skip(2);
    let fault = fixture.stand_in.faults().inject(fault);
    fixture
        .store
        .delete_profile(&fixture.workspace, &user("u"), at(10))
        .await
        .unwrap_err();
    fault.clear();
    assert_eq!(read(&fixture, "d").await, ProfileRead::Deleted);
    assert_eq!(shown(&fixture, "d").await, [""; 0]);
}

#[tokio::test]
async fn a_link_that_is_made_while_its_user_is_deleted_stays() {
    let fixture = Fixture::new().await;
    known_user(&fixture).await;
    // Three tombstones, then the link.
    let slow = Fault::slow(Duration::from_secs(1)).on_action("TransactWriteItems");
    let fault = fixture.stand_in.faults().inject(slow.skip(3).times(1));
    let link = async {
        while fault.hits() == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        set(&fixture, (Some("u"), Some("d")), 11, 11).await;
    };
    tokio::join!(delete(&fixture, "u", 10), link);
    let ProfileRead::Found(profile) = read(&fixture, "u").await else {
        panic!("found")
    };
    assert_eq!(profile.anonymous_ids, [user("d")]);
}

#[tokio::test]
async fn a_user_with_many_devices_is_deleted_with_all_of_them() {
    let fixture = Fixture::new().await;
    for device in 0..150 {
        let id = format!("d{device}");
        set(&fixture, (Some("u"), Some(&id)), 1, 1).await;
        project(&fixture, anonymous(&id), &id, 2, 2).await;
    }
    assert_eq!(shown(&fixture, "u").await.len(), 100);
    delete(&fixture, "u", 10).await;
    assert_eq!(read(&fixture, "u").await, ProfileRead::Deleted);
    let tombstones = fixture.store.tombstones(&fixture.workspace).await.unwrap();
    assert_eq!(tombstones.iter().count(), 152);
    let items = fixture.item_count(&fixture.tables.profiles).await;
    assert_eq!(items, 304, "nothing but tombstones");
}

#[tokio::test]
async fn an_interrupted_deletion_shows_nothing_old_and_is_finished_by_the_next() {
    for action in ["TransactWriteItems", "Query", "BatchWriteItem"] {
        for done in 0..4 {
            let fixture = Fixture::new().await;
            known_user(&fixture).await;
            project(&fixture, known("other"), "kept", 3, 3).await;
            let fault = Fault::server_error().on_action(action).skip(done).times(3);
            let fault = fixture.stand_in.faults().inject(fault);
            let first = fixture
                .store
                .delete_profile(&fixture.workspace, &user("u"), at(10))
                .await;
            fault.clear();
            if first.is_err() && !(done == 0 && action != "BatchWriteItem") {
                assert_eq!(
                    read(&fixture, "u").await,
                    ProfileRead::Deleted,
                    "{action} {done}"
                );
            }
            delete(&fixture, "u", 11).await;
            assert_eq!(
                read(&fixture, "u").await,
                ProfileRead::Deleted,
                "{action} {done}"
            );
            let items = fixture.item_count(&fixture.tables.profiles).await;
            assert_eq!(
                items, 7,
                "six tombstones and the other user: {action} {done}"
            );
            assert_eq!(shown(&fixture, "other").await, ["kept"]);
        }
    }
}

#[tokio::test]
async fn clearing_the_projections_leaves_profiles_links_and_tombstones() {
    let fixture = Fixture::new().await;
    known_user(&fixture).await;
    delete(&fixture, "u", 10).await;
    set(&fixture, (Some("v"), Some("d2")), 11, 11).await;
    let before = fixture.item_count(&fixture.tables.profiles).await;
    for user in 0..30 {
        let profile = known(&user.to_string());
        let windows = vec![window(profile, vec![event("a", 1)])];
        fixture
            .store
            .put_timelines(&fixture.workspace, windows)
            .await
            .unwrap();
    }
    assert_eq!(fixture.store.clear_projections().await.unwrap(), 30);
    assert_eq!(fixture.item_count(&fixture.tables.profiles).await, before);
    assert!(matches!(read(&fixture, "v").await, ProfileRead::Found(_)));
}
