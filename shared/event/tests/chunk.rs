//! Chunks are a function of their events, and each fits its item.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::borrow::Cow;

use event::chunk::{self, Chunk, MAX_BLOB, SHARDS};
use event::codec;
use event::{Event, EventId, Signal, Timestamp, WorkspaceId};
use proptest::prelude::*;
use traffic::{Size, Traffic, Users};

const HOUR: i64 = 3_600_000;

fn workspace() -> WorkspaceId {
    WorkspaceId::parse("acme").unwrap()
}

fn build(events: &[Event<'_>]) -> Vec<Chunk> {
    chunk::build(&workspace(), Signal::Events, events)
}

fn decoded(chunk: &Chunk) -> Vec<Event<'static>> {
    codec::decode(&workspace(), &chunk.blob).unwrap().events
}

/// Events over some hours, some without an id of their own.
fn events() -> impl Strategy<Value = Vec<Event<'static>>> {
    (
        any::<u64>(),
        prop::collection::vec((0..4_i64, any::<bool>()), 0..40),
    )
        .prop_map(|(seed, places)| {
            let mut events = Traffic::new(seed, Size::Small, Users::Mixed).events(places.len());
            for (event, (hour, has_id)) in events.iter_mut().zip(places) {
                let time = event.timestamp.as_millis() + hour * HOUR;
                event.timestamp = Timestamp::from_millis(time);
                if !has_id {
                    event.id = EventId::Fingerprint(event.fingerprint(&workspace()));
                }
            }
            events
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn equal_events_make_equal_chunks_and_none_is_lost(events in events()) {
        let chunks = build(&events);
        prop_assert_eq!(&chunks, &build(&events.clone()));
        let mut sorted = events;
        sorted.sort_by_key(|event| event.timestamp.hour());
        let stored: Vec<_> = chunks.iter().flat_map(decoded).collect();
        prop_assert_eq!(stored, sorted);
    }

    #[test]
    fn the_order_of_the_hours_does_not_matter(events in events()) {
        let mut reversed = events.clone();
        reversed.sort_by_key(|event| std::cmp::Reverse(event.timestamp.hour()));
        prop_assert_eq!(build(&events), build(&reversed));
    }

    #[test]
    fn a_chunk_says_what_it_holds(events in events()) {
        for chunk in build(&events) {
            let events = decoded(&chunk);
            let times = || events.iter().map(|event| event.timestamp);
            prop_assert_eq!(Some(chunk.min_time), times().min());
            prop_assert_eq!(Some(chunk.max_time), times().max());
            prop_assert_eq!(chunk.min_time.hour(), chunk.max_time.hour());
            prop_assert_eq!(chunk.key.first_time, chunk.min_time);
            prop_assert_eq!(chunk.key.day, chunk.min_time.day());
            prop_assert!(chunk.key.shard < SHARDS);
            prop_assert_eq!(chunk.count as usize, events.len());
            let mut names: Vec<_> = events.iter().map(|event| event.name.to_string()).collect();
            names.sort();
            names.dedup();
            prop_assert_eq!(chunk.names, names);
        }
    }
}

#[test]
fn no_events_make_no_chunk() {
    assert_eq!(build(&[]), []);
}

#[test]
fn whatever_differs_makes_another_chunk() {
    let events = Traffic::new(1, Size::Medium, Users::Mixed).events(3);
    let digest = |events: &[Event<'_>], signal| {
        chunk::build(&workspace(), signal, events)
            .first()
            .unwrap()
            .key
            .digest
    };
    let changed = |change: fn(&mut Vec<Event<'static>>)| {
        let mut events = events.clone();
        change(&mut events);
        digest(&events, Signal::Events)
    };
    let mut digests = vec![
        digest(&events, Signal::Events),
        digest(&events, Signal::Triggers),
        changed(|events| events.swap(0, 1)),
        changed(|events| drop(events.pop())),
        changed(|events| events[1].time_given = false),
        changed(|events| events[1].id = EventId::Given(Cow::Borrowed("other"))),
        changed(|events| events[1].id = EventId::Fingerprint(events[1].fingerprint(&workspace()))),
        changed(|events| events[1].properties = Some(Cow::Borrowed("{}"))),
    ];
    let count = digests.len();
    digests.sort_unstable();
    digests.dedup();
    assert_eq!(digests.len(), count);
}

/// Text that no compression makes smaller than three quarters.
fn noise(seed: u64, len: usize) -> String {
    let ids = Traffic::new(seed, Size::Small, Users::Mixed).events(len / 36 + 1);
    let ids: String = ids.iter().map(|event| event.id.to_string()).collect();
    format!("{{\"noise\":\"{}\"}}", &ids[..len - 12])
}

#[test]
fn a_chunk_is_split_where_it_would_exceed_its_item() {
    let mut events = Traffic::new(1, Size::Small, Users::Mixed).events(12);
    for (seed, event) in (0..).zip(&mut events) {
        event.properties = Some(Cow::Owned(noise(seed, 256 * 1024)));
    }
    let chunks = build(&events);
    assert!(chunks.len() > 1, "{} chunks", chunks.len());
    assert!(
        chunks
            .iter()
            .all(|chunk| chunk.blob.len() <= MAX_BLOB || chunk.count == 1)
    );
    let stored: Vec<_> = chunks.iter().flat_map(decoded).collect();
    assert_eq!(stored, events);
}

#[test]
fn the_largest_event_fits_an_item_alone() {
    let mut events = Traffic::new(1, Size::Small, Users::Mixed).events(1);
    events[0].properties = Some(Cow::Owned(noise(7, 256 * 1024)));
    let chunks = build(&events);
    assert_eq!(chunks.len(), 1);
    assert!(chunks[0].blob.len() <= MAX_BLOB);
}

#[test]
fn content_that_compresses_without_end_can_still_be_decoded() {
    let long = format!("{{\"a\":\"{}\"}}", "x".repeat(200_000));
    let many = format!("{{\"a\":[{}1]}}", "1,".repeat(100_000));
    let nested = format!("{}{}", "[{\"a\":".repeat(20_000), "}]".repeat(20_000));
    for properties in [long, many, nested] {
        let mut events = Traffic::new(1, Size::Small, Users::Mixed).events(80);
        for event in &mut events {
            event.properties = Some(Cow::Borrowed(&properties));
        }
        let stored: Vec<_> = build(&events).iter().flat_map(decoded).collect();
        assert_eq!(stored, events);
    }
}
