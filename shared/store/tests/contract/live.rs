//! The newest of what was accepted.

use event::{KeyId, Signal, Source};
use store::{LiveEvent, LiveEvents, LiveWindow};

use crate::support::{Fixture, at};

const DAY: i64 = 24 * 3_600_000;
const KEY: &str = "aaaaaaaaaaaa";

fn event(key: &str, name: &str, time: i64) -> LiveEvent {
    LiveEvent {
        received_at: at(time),
        time: at(time - 1_500),
        id: format!("{name}-{time}"),
        key_id: KeyId::parse(key).unwrap(),
        name: name.to_owned(),
        count: 1,
        signal: Signal::Events,
        source: Source::Userflux,
    }
}

fn window(events: &[LiveEvent]) -> LiveWindow {
    let mut window = LiveWindow::default();
    for event in events {
        window.add(event.clone());
    }
    window
}

async fn put(fixture: &Fixture, events: &[LiveEvent]) {
    let put = fixture
        .store
        .put_live(&fixture.workspace, window(events))
        .await;
    put.unwrap();
}

async fn read(fixture: &Fixture, to: i64, limit: usize) -> LiveEvents {
    let (store, workspace) = (&fixture.store, &fixture.workspace);
    let read = store.live_events(workspace, at(to - DAY), at(to), limit, |_| true);
    read.await.unwrap()
}

#[tokio::test]
async fn events_are_read_newest_first_over_windows_and_midnight() {
    let fixture = Fixture::new().await;
    let events = [0, 5, DAY / 2 - 1, DAY / 2, DAY / 2 + 7].map(|time| event(KEY, "view", time));
    for event in &events {
        put(&fixture, std::slice::from_ref(event)).await;
    }
    let mut expected: Vec<_> = events.into();
    expected.reverse();
    assert_eq!(read(&fixture, DAY / 2 + 10, 10).await.events, expected);
    assert_eq!(read(&fixture, DAY / 2 + 10, 3).await.events, expected[..3]);
    // A day later nothing of it is shown, whether it was removed already or not.
    assert_eq!(
        read(&fixture, DAY + DAY / 2 + 8, 10).await,
        LiveEvents::default()
    );
}

#[tokio::test]
async fn a_window_that_comes_again_shows_nothing_twice_whatever_its_borders() {
    let fixture = Fixture::new().await;
    let events: Vec<_> = (0..9).map(|time| event(KEY, "view", time)).collect();
    put(&fixture, &events[..6]).await;
    put(&fixture, &events[..6]).await;
    assert_eq!(fixture.item_count(&fixture.tables.activity).await, 1);
    put(&fixture, &events[3..]).await;
    let read = read(&fixture, 10, 50).await;
    assert_eq!(read.events.len(), 9);
    assert_eq!(read.unlisted, 0);
}

#[tokio::test]
async fn what_is_wanted_is_found_behind_what_is_not() {
    let fixture = Fixture::new().await;
    put(&fixture, &[event("bbbbbbbbbbbb", "login", 0)]).await;
    for time in 1..120 {
        put(&fixture, &[event(KEY, "view", time)]).await;
    }
    let quiet = KeyId::parse("bbbbbbbbbbbb").unwrap();
    let read = fixture
        .store
        .live_events(&fixture.workspace, at(0), at(200), 5, |event| {
            event.key_id == quiet
        })
        .await
        .unwrap();
    assert_eq!(read.events, [event("bbbbbbbbbbbb", "login", 0)]);
}

#[tokio::test]
async fn a_window_of_a_thousand_events_costs_one_unit_and_says_how_many_it_leaves_out() {
    let fixture = Fixture::new().await;
    let events: Vec<_> = (0..1_000)
        .map(|time| LiveEvent {
            id: format!("{:032x}", rand::random::<u128>()),
            ..event(KEY, "view", time)
        })
        .collect();
    fixture.probe.take();
    put(&fixture, &events).await;
    assert!((fixture.probe.take() - 1.0).abs() < f64::EPSILON);
    let read = read(&fixture, 1_000, 100).await;
    assert!(read.events.len() >= 20, "{}", read.events.len());
    assert_eq!(read.events[0], events[999]);
    assert_eq!(read.unlisted + read.events.len() as u64, 1_000);
}

#[tokio::test]
async fn an_empty_window_writes_nothing() {
    let fixture = Fixture::new().await;
    put(&fixture, &[]).await;
    assert_eq!(fixture.item_count(&fixture.tables.activity).await, 0);
}
