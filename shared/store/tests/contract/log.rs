//! The event log.

use std::net::IpAddr;

use event::chunk::build;
use event::{Signal, Timestamp};
use policy::SecretSlot;
use store::{ChunkMeta, StoredChunk};

use crate::support::{Fixture, at, chunk, event, meta, workspace};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

async fn all(fixture: &Fixture) -> Vec<StoredChunk> {
    let mut chunks = Vec::new();
    for segment in 0..3 {
        let mut scan = fixture.store.all_chunks(segment, 3);
        while let Some(page) = scan.next().await.unwrap() {
            chunks.extend(page);
        }
    }
    chunks
}

async fn between(fixture: &Fixture, signal: Signal, from: i64, to: i64) -> Vec<StoredChunk> {
    let mut pages = fixture
        .store
        .chunks(&fixture.workspace, signal, at(from), at(to));
    let mut chunks = Vec::new();
    while let Some(page) = pages.next().await.unwrap() {
        chunks.extend(page);
    }
    chunks
}

#[tokio::test]
async fn a_chunk_is_read_back_with_everything_beside_it() {
    let fixture = Fixture::new().await;
    let addresses = [None, Some("192.0.2.1"), Some("2001:db8::1")];
    let slots = [
        SecretSlot::Current,
        SecretSlot::Previous,
        SecretSlot::Current,
    ];
    for (index, (address, slot)) in (0_i64..).zip(addresses.into_iter().zip(slots)) {
        let signal = Signal::ALL[usize::try_from(index).unwrap()];
        let address = address.map(|text| text.parse::<IpAddr>().unwrap());
        let expires_at = address.map(|_| Timestamp::from_millis(2_000_000_000_000));
        let meta = ChunkMeta {
            address,
            slot,
            expires_at,
            ..meta(signal)
        };
        let events = [event("a", index), event("b", index + 1)];
        let chunk = chunk(signal, &events);
        fixture.store.append(&meta, chunk.clone()).await.unwrap();
        let stored = between(&fixture, signal, 0, 10).await;
        let [stored] = stored.as_slice() else {
            panic!("one chunk")
        };
        assert_eq!(stored.meta, meta);
        assert_eq!((stored.key, stored.max_time), (chunk.key, chunk.max_time));
        assert_eq!((stored.count, &stored.blob), (2, &chunk.blob));
        assert_eq!(stored.names.as_deref(), Some(&["page_view".to_owned()][..]));
        assert_eq!(stored.events().unwrap(), events);
        assert_eq!(stored.provenance().received_at, meta.received_at);
    }
}

#[tokio::test]
async fn the_same_events_are_stored_once_however_often_they_come() {
    let fixture = Fixture::new().await;
    let events = [event("a", 0), event("b", 1)];
    let first = fixture
        .store
        .append(&meta(Signal::Events), chunk(Signal::Events, &events))
        .await;
    assert_eq!(first, Ok(()));
    let later = ChunkMeta {
        received_at: at(2 * DAY),
        ..meta(Signal::Events)
    };
    let again = fixture
        .store
        .append(&later, chunk(Signal::Events, &events))
        .await;
    assert_eq!(again, Ok(()));
    let stored = all(&fixture).await;
    assert_eq!(stored.len(), 1);
    assert_eq!(
        stored[0].meta.received_at,
        at(1_000),
        "the first receipt stays"
    );
    assert_eq!(
        fixture.calls("PutItem"),
        2,
        "a request writes its chunk and nothing else"
    );
}

#[tokio::test]
async fn one_of_ten_who_send_the_same_at_once_stores_it_and_all_succeed() {
    let fixture = Fixture::new().await;
    let events = [event("a", 0), event("b", HOUR), event("c", DAY)];
    let mut sends = tokio::task::JoinSet::new();
    for _ in 0..10 {
        let store = fixture.store.clone();
        let chunks = build(&workspace("acme"), Signal::Events, &events);
        sends.spawn(async move { store.append_all(&meta(Signal::Events), chunks).await });
    }
    let outcomes = sends.join_all().await;
    assert!(outcomes.iter().all(Result::is_ok));
    assert_eq!(all(&fixture).await.len(), 3);
}

#[tokio::test]
async fn a_range_gives_the_chunks_with_events_in_it_and_no_others() {
    let fixture = Fixture::new().await;
    // Three days around noon, one event every 20 minutes, in chunks of an hour.
    let events: Vec<_> = (-108..108)
        .map(|i: i64| event(&format!("e{i}"), i * HOUR / 3))
        .collect();
    let chunks = build(&workspace("acme"), Signal::Events, &events);
    assert_eq!(chunks.len(), 72);
    fixture
        .store
        .append_all(&meta(Signal::Events), chunks)
        .await
        .unwrap();
    for (from, to) in [
        (0, 1),
        (1, HOUR),
        (-DAY, DAY),
        (HOUR / 2, 5 * HOUR),
        (-9 * DAY, 9 * DAY),
    ] {
        let stored = between(&fixture, Signal::Events, from, to).await;
        let found = stored.iter().flat_map(|chunk| chunk.events().unwrap());
        let in_range = |time: Timestamp| time >= at(from) && time < at(to);
        let mut found: Vec<_> = found
            .map(|event| event.timestamp)
            .filter(|time| in_range(*time))
            .collect();
        found.sort();
        let expected = events
            .iter()
            .map(|event| event.timestamp)
            .filter(|time| in_range(*time));
        assert_eq!(found, expected.collect::<Vec<_>>(), "from {from} to {to}");
        let days: Vec<_> = stored.iter().map(|chunk| chunk.key.day).collect();
        assert!(days.is_sorted(), "days come in order");
        let touching =
            |chunk: &StoredChunk| chunk.max_time >= at(from) && chunk.key.first_time < at(to);
        assert!(stored.iter().all(touching));
    }
    assert_eq!(between(&fixture, Signal::Logs, -DAY, DAY).await, []);
    assert_eq!(between(&fixture, Signal::Events, 5, 5).await, []);
}

#[tokio::test]
async fn a_partition_larger_than_a_page_is_read_to_its_end() {
    let fixture = Fixture::new().await;
    let chunks = (0..24).map(|index| {
        let mut chunk = chunk(Signal::Events, &[event(&format!("e{index}"), index)]);
        chunk.key.shard = 3;
        chunk.blob = vec![1; 100_000];
        chunk
    });
    fixture
        .store
        .append_all(&meta(Signal::Events), chunks.collect())
        .await
        .unwrap();
    fixture.stand_in.clear_recorded();
    let stored = between(&fixture, Signal::Events, 0, DAY).await;
    assert_eq!(stored.len(), 24);
    assert!(
        fixture.calls("Query") > 2 * 16,
        "one query a shard and day, and more pages"
    );
    assert_eq!(all(&fixture).await.len(), 24);
}

#[tokio::test]
async fn a_chunk_with_many_names_may_hold_any() {
    let fixture = Fixture::new().await;
    let named = |index: usize| {
        let mut event = event(&format!("e{index}"), 0);
        event.name = format!("name {index}").into();
        event
    };
    let few: Vec<_> = (0..50).map(named).collect();
    let many: Vec<_> = (0..51).map(named).collect();
    for (events, listed) in [(few, true), (many, false)] {
        let signal = if listed { Signal::Events } else { Signal::Logs };
        fixture
            .store
            .append(&meta(signal), chunk(signal, &events))
            .await
            .unwrap();
        let stored = between(&fixture, signal, 0, 1).await;
        assert_eq!(stored[0].names.is_some(), listed);
        assert!(stored[0].may_hold("name 7"));
        assert_eq!(stored[0].may_hold("another"), !listed);
    }
}
