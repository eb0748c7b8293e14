//! Profiles and links.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use store::{MAX_LINKS, ProfileRead, StoreError, StoredProfile, TimelineQuery};
use tokio::task::JoinSet;

use crate::support::{Fixture, anonymous, at, event, known, update, user, window};

async fn found(fixture: &Fixture, id: &str) -> StoredProfile {
    let read = fixture
        .store
        .profile(&fixture.workspace, &user(id), at(0))
        .await
        .unwrap();
    let ProfileRead::Found(profile) = read else {
        panic!("found: {read:?}")
    };
    profile
}

async fn set(
    fixture: &Fixture,
    user: Option<&str>,
    anonymous: Option<&str>,
    time: i64,
    properties: &str,
) {
    let update = update(user, anonymous, time, properties);
    fixture
        .store
        .update_profile(&fixture.workspace, &update, at(time))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_read_right_after_an_update_sees_it_byte_for_byte() {
    let fixture = Fixture::new().await;
    let mut update = update(
        Some("u"),
        None,
        0,
        r#"{"n": 9007199254740993, "s": "ü\u0000"}"#,
    );
    update.device_data = Some(r#"{"os":"Linux"}"#.into());
    update.external_id = Some("crm \"7\"".into());
    fixture
        .store
        .update_profile(&fixture.workspace, &update, at(0))
        .await
        .unwrap();
    let profile = found(&fixture, "u").await;
    assert_eq!(
        profile.properties.to_json(),
        r#"{"n":9007199254740993,"s":"ü\u0000"}"#
    );
    assert_eq!(profile.device_data.to_json(), r#"{"os":"Linux"}"#);
    assert_eq!(profile.external_id.as_deref(), Some("crm \"7\""));
    assert_eq!(profile.anonymous_ids, []);
}

#[tokio::test]
async fn a_user_known_only_from_events_has_no_profile_and_an_unknown_one_nothing() {
    let fixture = Fixture::new().await;
    let (workspace, store) = (&fixture.workspace, &fixture.store);
    assert_eq!(
        store.profile(workspace, &user("u"), at(0)).await.unwrap(),
        ProfileRead::Unknown
    );
    let windows = vec![window(known("u"), vec![event("e", 0)])];
    store.put_timelines(workspace, windows).await.unwrap();
    assert_eq!(
        store.profile(workspace, &user("u"), at(0)).await.unwrap(),
        ProfileRead::OnlyEvents
    );
}

#[tokio::test]
async fn an_update_without_properties_makes_an_empty_profile() {
    let fixture = Fixture::new().await;
    let mut update = update(Some("u"), None, 0, "{}");
    update.properties = None;
    fixture
        .store
        .update_profile(&fixture.workspace, &update, at(0))
        .await
        .unwrap();
    assert!(found(&fixture, "u").await.properties.is_empty());
}

/// An update of one of three ids, or of a user with a device.
fn updates() -> impl Strategy<Value = Vec<(u8, i64, String)>> {
    let property = ("[ab]", 0..3_i64).prop_map(|(name, value)| format!(r#"{{"{name}":{value}}}"#));
    prop::collection::vec((0..3_u8, 0..4_i64, property), 1..8)
}

#[test]
fn in_whatever_order_updates_arrive_the_profile_is_the_same() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let fixture = runtime.block_on(Fixture::new());
    let cases = std::cell::Cell::new(0);
    let ordered = updates().prop_flat_map(|list| (Just(list.clone()), Just(list).prop_shuffle()));
    let mut runner = TestRunner::new(Config {
        cases: 24,
        ..Config::default()
    });
    let outcome = runner.run(&ordered, |(one, other)| {
        cases.set(cases.get() + 1);
        let mut seen = Vec::new();
        for (side, list) in [("x", one), ("y", other)] {
            let (user, device) = (
                format!("u{side}{}", cases.get()),
                format!("d{side}{}", cases.get()),
            );
            runtime.block_on(async {
                for (who, time, properties) in &list {
                    let (user, device) = match who {
                        0 => (Some(user.as_str()), None),
                        1 => (None, Some(device.as_str())),
                        _ => (Some(user.as_str()), Some(device.as_str())),
                    };
                    set(&fixture, user, device, *time, properties).await;
                }
                let ids = (Some(user.as_str()), Some(device.as_str()));
                set(&fixture, ids.0, ids.1, -1, r#"{"a":"first"}"#).await;
                seen.push(found(&fixture, &user).await.properties);
            });
        }
        prop_assert_eq!(&seen[0], &seen[1]);
        Ok(())
    });
    outcome.unwrap();
}

#[tokio::test]
async fn a_link_merges_the_properties_and_the_latest_of_each_wins() {
    let fixture = Fixture::new().await;
    set(
        &fixture,
        None,
        Some("d"),
        1,
        r#"{"a":"device","b":"device","c":1}"#,
    )
    .await;
    set(&fixture, Some("u"), None, 2, r#"{"a":"user"}"#).await;
    set(&fixture, None, Some("d"), 3, r#"{"b":"later"}"#).await;
    assert_eq!(
        found(&fixture, "u").await.properties.to_json(),
        r#"{"a":"user"}"#
    );
    set(&fixture, Some("u"), Some("d"), 2, r#"{"b":"user"}"#).await;
    let profile = found(&fixture, "u").await;
    assert_eq!(
        profile.properties.to_json(),
        r#"{"a":"user","b":"later","c":1}"#
    );
    assert_eq!(profile.anonymous_ids, [user("d")]);
    set(&fixture, None, Some("d"), 9, r#"{"d":"after the link"}"#).await;
    assert!(found(&fixture, "u").await.properties.get("d").is_some());
    set(&fixture, Some("u"), Some("d2"), 4, "{}").await;
    assert_eq!(
        found(&fixture, "u").await.anonymous_ids,
        [user("d"), user("d2")]
    );
}

#[tokio::test]
async fn the_first_link_wins_and_later_ones_have_no_effect() {
    let fixture = Fixture::new().await;
    set(&fixture, None, Some("d"), 1, r#"{"color":"blue"}"#).await;
    set(&fixture, Some("first"), Some("d"), 5, "{}").await;
    set(&fixture, Some("second"), Some("d"), 2, "{}").await;
    set(&fixture, Some("second"), Some("d"), 6, "{}").await;
    let (first, second) = (
        found(&fixture, "first").await,
        found(&fixture, "second").await,
    );
    assert_eq!(
        (first.anonymous_ids, first.properties.len()),
        (vec![user("d")], 1)
    );
    assert_eq!((second.anonymous_ids, second.properties.len()), (vec![], 0));
    let items = fixture.item_count(&fixture.tables.profiles).await;
    assert_eq!(items, 4, "three profiles, and a link with the first user");
}

#[tokio::test]
async fn events_of_a_linked_device_appear_in_the_users_timeline_and_in_no_other() {
    let fixture = Fixture::new().await;
    let (workspace, store) = (&fixture.workspace, &fixture.store);
    let windows = vec![
        window(anonymous("d"), vec![event("before", 1)]),
        window(known("d"), vec![event("same text, other kind", 2)]),
    ];
    store.put_timelines(workspace, windows).await.unwrap();
    set(&fixture, Some("u"), Some("d"), 3, "{}").await;
    set(&fixture, Some("v"), Some("d"), 3, "{}").await;
    let mut shown = Vec::new();
    for id in ["u", "v", "d"] {
        let query = TimelineQuery {
            limit: 9,
            cursor: None,
            name: None,
        };
        let page = store.timeline(workspace, &user(id), &query, at(9)).await;
        shown.push(page.unwrap().entries.len());
    }
    assert_eq!(
        shown,
        [1, 0, 1],
        "and the user of the same text has its own"
    );
}

#[tokio::test]
async fn an_id_that_is_no_users_is_a_devices() {
    let fixture = Fixture::new().await;
    let read = async |id: &str| {
        let id = user(id);
        let read = fixture.store.profile(&fixture.workspace, &id, at(9));
        read.await.unwrap()
    };
    set(&fixture, None, Some("d"), 1, r#"{"color":"blue"}"#).await;
    let windows = vec![window(anonymous("e"), vec![event("a", 1)])];
    let put = fixture.store.put_timelines(&fixture.workspace, windows);
    put.await.unwrap();
    let of_device = found(&fixture, "d").await;
    assert_eq!(of_device.properties.to_json(), r#"{"color":"blue"}"#);
    assert_eq!(read("e").await, ProfileRead::OnlyEvents);
    let id = user("d");
    let known = fixture.store.known_profile(&fixture.workspace, &id, at(9));
    assert_eq!(known.await.unwrap(), ProfileRead::Unknown);
    // A user who has it sees it, too; its own part stays its own.
    set(&fixture, Some("u"), Some("d"), 2, r#"{"plan":"pro"}"#).await;
    assert_eq!(found(&fixture, "u").await.properties.len(), 2);
    assert_eq!(found(&fixture, "d").await, of_device);
    set(&fixture, Some("d"), None, 3, "{}").await;
    assert_eq!(found(&fixture, "d").await.properties.len(), 0, "the user d");
}

#[tokio::test]
async fn a_user_has_at_most_five_hundred_devices_and_the_others_stay_their_own() {
    let fixture = Fixture::new().await;
    let mut links = JoinSet::new();
    for device in 0..MAX_LINKS + 40 {
        let (store, workspace) = (fixture.store.clone(), fixture.workspace.clone());
        links.spawn(async move {
            let id = format!("d{device:03}");
            let link = update(None, Some(&id), 0, r#"{"a":1}"#);
            store
                .update_profile(&workspace, &link, at(0))
                .await
                .unwrap();
            let link = update(Some("u"), Some(&id), 1, "{}");
            store
                .update_profile(&workspace, &link, at(1))
                .await
                .unwrap();
        });
        // So many at once may all be the last.
        if links.len() == 8 {
            links.join_next().await.unwrap().unwrap();
        }
    }
    links.join_all().await;
    let linked = i32::try_from(found(&fixture, "u").await.anonymous_ids.len()).unwrap();
    assert!((MAX_LINKS..MAX_LINKS + 8).contains(&linked), "{linked}");
    set(&fixture, Some("u"), Some("one more"), 2, "{}").await;
    assert_eq!(
        i32::try_from(found(&fixture, "u").await.anonymous_ids.len()),
        Ok(linked)
    );
    set(&fixture, Some("v"), Some("one more"), 3, "{}").await;
    assert_eq!(
        found(&fixture, "v").await.anonymous_ids,
        [user("one more")],
        "nobody had it"
    );
}

#[tokio::test]
async fn of_devices_that_say_too_much_a_profile_has_the_first_and_lists_all() {
    let fixture = Fixture::new().await;
    // Small while they are packed, and two of three within the bound.
    let large = |name: &str| format!(r#"{{"{name}":"{}"}}"#, "x".repeat(6 << 20));
    set(&fixture, Some("u"), None, 1, &large("own")).await;
    for (device, properties) in [
        ("d1", large("first")),
        ("d2", large("second")),
        ("d3", r#"{"third":3}"#.to_owned()),
    ] {
        set(&fixture, None, Some(device), 1, &properties).await;
        set(&fixture, Some("u"), Some(device), 2, "{}").await;
    }
    let profile = found(&fixture, "u").await;
    assert_eq!(profile.anonymous_ids, [user("d1"), user("d2"), user("d3")]);
    let names: Vec<_> = profile.properties.iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["first", "own"]);
    assert_eq!(found(&fixture, "d2").await.properties.len(), 1);
}

#[tokio::test]
async fn a_profile_too_large_for_an_item_is_said_and_stays_as_it_was() {
    let fixture = Fixture::new().await;
    set(&fixture, Some("u"), None, 0, r#"{"kept":true}"#).await;
    let noise: String = (0..300_000)
        .map(|_| rand::random_range('\u{4e00}'..'\u{9fff}'))
        .collect();
    let properties = format!(r#"{{"noise":"{noise}"}}"#);
    let update = update(Some("u"), None, 1, &properties);
    let refused = fixture
        .store
        .update_profile(&fixture.workspace, &update, at(1))
        .await;
    assert_eq!(refused, Err(StoreError::TooLarge { what: "profile" }));
    assert!(found(&fixture, "u").await.properties.get("kept").is_some());
}
