//! Timelines.

use std::collections::BTreeSet;

use event::{Event, EventName};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use store::{
    Cursor, ProfileRead, StoreError, TimelineEntry, TimelinePage, TimelineQuery, TimelineWindow,
};

use crate::support::{Fixture, anonymous, at, entry, event, known, update, user, window};

async fn put(fixture: &Fixture, windows: Vec<TimelineWindow>) {
    fixture
        .store
        .put_timelines(&fixture.workspace, windows)
        .await
        .unwrap();
}

async fn page(fixture: &Fixture, limit: usize, cursor: Option<Cursor>) -> TimelinePage {
    let query = TimelineQuery {
        limit,
        cursor,
        name: None,
    };
    fixture
        .store
        .timeline(&fixture.workspace, &user("u"), &query, at(0))
        .await
        .unwrap()
}

/// Every page from the cursor on, through the cursor's text.
async fn walk(fixture: &Fixture, limit: usize, mut cursor: Option<Cursor>) -> Vec<TimelineEntry> {
    let mut entries = Vec::new();
    loop {
        let page = page(fixture, limit, cursor).await;
        assert!(page.entries.len() <= limit);
        entries.extend(page.entries);
        let Some(next) = page.next else {
            return entries;
        };
        cursor = Some(Cursor::parse(&next.to_string()).unwrap());
    }
}

fn ids(entries: &[TimelineEntry]) -> Vec<String> {
    entries
        .iter()
        .map(|entry| entry.event.id.to_string())
        .collect()
}

#[tokio::test]
async fn an_entry_tells_the_event_as_it_was_sent_and_how_it_came_in() {
    let fixture = Fixture::new().await;
    let sent = entry(event("e", 1), 2);
    let window = TimelineWindow {
        profile: known("u"),
        entries: vec![sent.clone()],
    };
    put(&fixture, vec![window]).await;
    let page = page(&fixture, 10, None).await;
    assert_eq!(
        page,
        TimelinePage {
            entries: vec![sent],
            next: None
        }
    );
}

#[test]
fn overlapping_items_of_several_ids_are_shown_newest_first_each_event_once() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    // Windows of either id with events out of a few, so that they overlap.
    let event = (0..30_i64, 0..3_i64);
    let windows = prop::collection::vec((any::<bool>(), prop::collection::vec(event, 1..6)), 1..12);
    let mut runner = TestRunner::new(Config {
        cases: 24,
        ..Config::default()
    });
    let outcome = runner.run(&(windows, 1..8_usize), |(windows, limit)| {
        runtime.block_on(async {
            let fixture = Fixture::new().await;
            let link = update(Some("u"), Some("d"), -1, "{}");
            let link = fixture
                .store
                .update_profile(&fixture.workspace, &link, at(-1));
            link.await.unwrap();
            let mut expected = BTreeSet::new();
            for (is_user, events) in windows {
                let profile = if is_user { known("u") } else { anonymous("d") };
                let events = events.into_iter().map(|(time, id)| {
                    let id = format!("{is_user}-{time}-{id}");
                    expected.insert((time, id.clone()));
                    crate::support::event(&id, time)
                });
                put(&fixture, vec![window(profile, events.collect())]).await;
            }
            let expected: Vec<_> = expected.into_iter().rev().map(|(_, id)| id).collect();
            let shown = walk(&fixture, limit, None).await;
            prop_assert_eq!(ids(&shown), expected);
            Ok(())
        })
    });
    outcome.unwrap();
}

#[tokio::test]
async fn a_walk_is_not_disturbed_by_events_that_arrive_meanwhile() {
    let fixture = Fixture::new().await;
    let event = |i: i64| event(&format!("{i:02}"), i);
    for i in 0..20 {
        // Each item overlaps the next two.
        put(
            &fixture,
            vec![window(
                known("u"),
                vec![event(i), event(i + 1), event(i + 2)],
            )],
        )
        .await;
    }
    let first = page(&fixture, 5, None).await;
    assert_eq!(ids(&first.entries), ["21", "20", "19", "18", "17"]);
    for i in 22..40 {
        put(
            &fixture,
            vec![window(known("u"), vec![event(i), event(i - 10)])],
        )
        .await;
    }
    let rest = walk(&fixture, 5, first.next).await;
    let expected: Vec<_> = (0..17).rev().map(|i| format!("{i:02}")).collect();
    assert_eq!(ids(&rest), expected);
}

#[tokio::test]
async fn an_item_that_reaches_far_back_is_shown_in_its_places() {
    let fixture = Fixture::new().await;
    let spread = vec![event("a", 0), event("c", 50), event("e", 100)];
    put(&fixture, vec![window(known("u"), spread)]).await;
    put(&fixture, vec![window(known("u"), vec![event("b", 49)])]).await;
    put(&fixture, vec![window(known("u"), vec![event("d", 51)])]).await;
    for limit in 1..6 {
        assert_eq!(
            ids(&walk(&fixture, limit, None).await),
            ["e", "d", "c", "b", "a"]
        );
    }
}

/// An event without a time of its own, received at that time.
fn untimed(id: &str, received: i64) -> TimelineEntry {
    let event = Event {
        time_given: false,
        ..event(id, received)
    };
    entry(event, received)
}

#[tokio::test]
async fn an_event_without_a_time_that_is_sent_again_is_shown_once_also_over_pages() {
    const HOUR: i64 = 3_600_000;
    let fixture = Fixture::new().await;
    let of_user = |entries| {
        vec![TimelineWindow {
            profile: known("u"),
            entries,
        }]
    };
    put(&fixture, of_user(vec![untimed("again", 0)])).await;
    for i in 1..20 {
        put(
            &fixture,
            of_user(vec![untimed(&format!("{i:02}"), i * HOUR)]),
        )
        .await;
    }
    put(&fixture, of_user(vec![untimed("again", 20 * HOUR)])).await;
    put(&fixture, of_user(vec![untimed("much later", 30 * HOUR)])).await;
    let shown = ids(&walk(&fixture, 3, None).await);
    assert_eq!(shown[..3], ["much later", "again", "19"]);
    assert_eq!((shown.len(), &shown[20]), (21, &"01".to_owned()));
    // What arrives during a walk takes nothing out of it.
    let first = page(&fixture, 3, None).await;
    put(&fixture, of_user(vec![untimed("05", 31 * HOUR)])).await;
    let rest = ids(&walk(&fixture, 3, first.next).await);
    assert!(rest.contains(&"05".to_owned()));
    assert_eq!(rest.len(), 18);
}

#[tokio::test]
async fn events_without_a_time_that_are_days_apart_are_walked_to_the_end() {
    const DAY: i64 = 24 * 3_600_000;
    let fixture = Fixture::new().await;
    for (id, received) in [("a", 0), ("b", 2 * DAY), ("c", 5 * DAY), ("d", 9 * DAY)] {
        let window = TimelineWindow {
            profile: known("u"),
            entries: vec![untimed(id, received)],
        };
        put(&fixture, vec![window]).await;
    }
    for limit in 1..4 {
        let shown = walk(&fixture, limit, None).await;
        assert_eq!(ids(&shown), ["d", "c", "b", "a"], "{limit}");
    }
}

#[tokio::test]
async fn a_name_picks_its_events_and_pages_stay_full() {
    let fixture = Fixture::new().await;
    let events = (0..40).map(|i| {
        let name = if i % 4 == 0 { "purchase" } else { "page_view" };
        Event {
            name: name.into(),
            ..event(&format!("{i:02}"), i)
        }
    });
    put(&fixture, vec![window(known("u"), events.collect())]).await;
    let name = Some(EventName::parse("purchase").unwrap());
    let mut query = TimelineQuery {
        limit: 6,
        cursor: None,
        name,
    };
    let id = user("u");
    let page = fixture
        .store
        .timeline(&fixture.workspace, &id, &query, at(0))
        .await
        .unwrap();
    assert_eq!(ids(&page.entries), ["36", "32", "28", "24", "20", "16"]);
    query.cursor = page.next;
    let page = fixture
        .store
        .timeline(&fixture.workspace, &id, &query, at(0))
        .await
        .unwrap();
    assert_eq!(ids(&page.entries), ["12", "08", "04", "00"]);
    assert_eq!(page.next, None);
}

#[tokio::test]
async fn a_window_too_large_for_one_item_is_split_and_read_as_one() {
    let fixture = Fixture::new().await;
    let events = (0..12).map(|i| {
        let noise: String = (0..60_000).map(|_| rand::random_range('!'..'~')).collect();
        let properties = serde_json::json!({ "noise": noise }).to_string();
        Event {
            properties: Some(properties.into()),
            ..event(&format!("{i:02}"), i)
        }
    });
    put(&fixture, vec![window(known("u"), events.collect())]).await;
    assert!(fixture.item_count(&fixture.tables.profiles).await > 1);
    assert_eq!(walk(&fixture, 5, None).await.len(), 12);
}

/// The event, which may be forgotten at that time.
fn expiring(id: &str, time: i64, expires_at: Option<i64>) -> TimelineEntry {
    TimelineEntry {
        expires_at: expires_at.map(at),
        ..entry(event(id, time), time)
    }
}

#[tokio::test]
async fn what_has_expired_is_shown_no_more_and_holds_up_nothing_else() {
    const DAY: i64 = 24 * 3_600_000;
    let fixture = Fixture::new().await;
    let window = TimelineWindow {
        profile: known("u"),
        entries: vec![
            expiring("soon", 1, Some(DAY)),
            expiring("later", 2, Some(2 * DAY)),
            expiring("never", 3, None),
            // Of an event in two chunks the one that stays counts.
            expiring("twice", 4, Some(DAY)),
            expiring("twice", 4, Some(2 * DAY)),
        ],
    };
    put(&fixture, vec![window]).await;
    let query = TimelineQuery {
        limit: 9,
        cursor: None,
        name: None,
    };
    let shown = async |now| {
        let id = user("u");
        let page = fixture
            .store
            .timeline(&fixture.workspace, &id, &query, at(now));
        ids(&page.await.unwrap().entries)
    };
    assert_eq!(shown(DAY - 1).await, ["twice", "never", "later", "soon"]);
    assert_eq!(shown(DAY).await, ["twice", "never", "later"]);
    assert_eq!(shown(2 * DAY).await, ["never"]);
    assert_eq!(shown(9_999 * DAY).await, ["never"]);
}

#[tokio::test]
async fn a_user_whose_events_have_all_expired_is_unknown() {
    let fixture = Fixture::new().await;
    let window = TimelineWindow {
        profile: known("u"),
        entries: vec![expiring("e", 1, Some(1_000))],
    };
    put(&fixture, vec![window]).await;
    let read = async |now| {
        let id = user("u");
        let read = fixture.store.profile(&fixture.workspace, &id, at(now));
        read.await.unwrap()
    };
    assert_eq!(read(999).await, ProfileRead::OnlyEvents);
    assert_eq!(read(1_000).await, ProfileRead::Unknown);
}

/// An event of so many members, whose quotes count twice in an answer: ten bytes each.
fn large(id: &str, time: i64, members: usize) -> Event<'static> {
    let properties = format!("{{{}\"\":\"\"}}", "\"\":\"\",".repeat(members));
    Event {
        properties: Some(properties.into()),
        ..event(id, time)
    }
}

#[tokio::test]
async fn a_page_of_large_entries_ends_early_and_the_next_goes_on() {
    let fixture = Fixture::new().await;
    let events = (0..20).map(|i| large(&format!("{i:02}"), i, 40_000));
    put(&fixture, vec![window(known("u"), events.collect())]).await;
    let first = page(&fixture, 100, None).await;
    assert_eq!(first.entries.len(), 10);
    let mut shown = ids(&first.entries);
    shown.extend(ids(&walk(&fixture, 100, first.next).await));
    let expected: Vec<_> = (0..20).rev().map(|i| format!("{i:02}")).collect();
    assert_eq!(shown, expected);
    // One that is larger than a page is a page.
    let huge = large("huge", 100, 450_000);
    put(&fixture, vec![window(known("u"), vec![huge])]).await;
    assert_eq!(ids(&page(&fixture, 100, None).await.entries), ["huge"]);
}

#[tokio::test]
async fn reading_the_newest_events_of_a_long_timeline_reads_few_items() {
    let fixture = Fixture::new().await;
    let windows = (0..300).map(|i| window(known("u"), vec![event(&format!("{i:03}"), i)]));
    for window in windows {
        put(&fixture, vec![window]).await;
    }
    fixture.stand_in.clear_recorded();
    assert_eq!(page(&fixture, 10, None).await.entries.len(), 10);
    assert!(
        fixture.calls("Query") <= 3,
        "identity, and a page or two of items"
    );
}

#[tokio::test]
async fn of_many_devices_about_as_many_items_are_read_as_a_page_has_entries() {
    let fixture = Fixture::new().await;
    for device in 0..20 {
        let id = format!("d{device:02}");
        let link = update(Some("u"), Some(&id), 0, "{}");
        let link = fixture
            .store
            .update_profile(&fixture.workspace, &link, at(0));
        link.await.unwrap();
        for i in 0..5 {
            let noise: String = (0..30_000).map(|_| rand::random_range('!'..'~')).collect();
            let properties = serde_json::json!({ "noise": noise }).to_string();
            let event = Event {
                properties: Some(properties.into()),
                ..event(&format!("{id}-{i}"), i * 1_000 + device)
            };
            put(&fixture, vec![window(anonymous(&id), vec![event])]).await;
        }
    }
    fixture.probe.take();
    assert_eq!(page(&fixture, 10, None).await.entries.len(), 10);
    // Half a unit pays for 4 KB: one item of each device is 70 units, and all five are 320.
    let units = fixture.probe.take();
    println!("{units} read units for 10 entries of 20 devices");
    assert!(units < 200.0, "{units}");
}

#[tokio::test]
async fn many_linked_devices_are_merged() {
    let fixture = Fixture::new().await;
    for device in 0..120 {
        let id = format!("d{device:03}");
        let link = update(Some("u"), Some(&id), 0, "{}");
        fixture
            .store
            .update_profile(&fixture.workspace, &link, at(0))
            .await
            .unwrap();
        put(
            &fixture,
            vec![window(anonymous(&id), vec![event(&id, 1_000 - device)])],
        )
        .await;
    }
    let shown = ids(&walk(&fixture, 50, None).await);
    let expected: Vec<_> = (0..120).map(|device| format!("d{device:03}")).collect();
    assert_eq!(shown, expected);
}

#[tokio::test]
async fn a_text_that_is_no_cursor_is_refused() {
    for text in ["", "x", "AAAA", "!!!", "AQAAAAAAAAAA", &"A".repeat(5_000)] {
        assert_eq!(
            Cursor::parse(text),
            Err(StoreError::InvalidCursor),
            "{text}"
        );
    }
}
