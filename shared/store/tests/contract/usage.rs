//! Usage of keys: what was accepted, counted once.

use std::collections::BTreeMap;

use event::{KeyId, Signal, Timestamp};
use policy::SecretSlot;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use store::{
    AcceptedCounts, DirectCounts, HourUsage, Receipt, Sequence, StreamedReceipt, UsagePart,
};

use crate::support::{Fixture, at, workspace};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

fn key(number: usize) -> KeyId {
    KeyId::parse(&format!("{number:012}")).unwrap()
}

fn part(received_at: Timestamp) -> UsagePart {
    UsagePart {
        workspace: workspace("acme"),
        key_id: key(1),
        received_on: received_at.day(),
        signal: Signal::Events,
        event_day: at(0).day(),
    }
}

fn receipt(received: i64, events: u64) -> Receipt {
    Receipt {
        received_at: at(received),
        events,
        opens_request: true,
        slot: SecretSlot::Current,
    }
}

fn streamed(shard: u8, sequence: u64, receipt: Receipt) -> StreamedReceipt {
    let sequence = Sequence::parse(&format!("1{sequence:020}")).unwrap();
    StreamedReceipt {
        shard,
        sequence,
        receipt,
    }
}

async fn hours(fixture: &Fixture, key: &KeyId) -> BTreeMap<Timestamp, HourUsage> {
    let (from, to) = (at(-3 * DAY), at(3 * DAY));
    let usage = fixture
        .store
        .usage(&fixture.workspace, Some(key), from, to)
        .await;
    usage
        .unwrap()
        .remove(key)
        .map(|usage| usage.hours)
        .unwrap_or_default()
}

#[tokio::test]
async fn events_requests_and_the_share_of_the_old_secret_are_counted_by_hour_of_receipt() {
    let fixture = Fixture::new().await;
    let old = Receipt {
        slot: SecretSlot::Previous,
        ..receipt(HOUR, 3)
    };
    let further = Receipt {
        opens_request: false,
        ..receipt(1, 20)
    };
    let chunks = vec![
        streamed(1, 1, receipt(0, 10)),
        streamed(2, 2, further),
        streamed(1, 3, receipt(HOUR, 1)),
        streamed(1, 4, old),
    ];
    fixture
        .store
        .count_accepted(&part(at(0)), chunks)
        .await
        .unwrap();
    let expected = BTreeMap::from([
        (
            at(0),
            HourUsage {
                events: 30,
                requests: 1,
                ..HourUsage::default()
            },
        ),
        (
            at(HOUR),
            HourUsage {
                events: 4,
                requests: 2,
                old_events: 3,
                old_requests: 1,
                ..HourUsage::default()
            },
        ),
    ]);
    assert_eq!(hours(&fixture, &key(1)).await, expected);
    let usage = fixture
        .store
        .usage(&fixture.workspace, None, at(0), at(1))
        .await
        .unwrap();
    assert_eq!(usage[&key(1)].hours.len(), 1, "only what was asked for");
    assert_eq!(usage[&key(1)].last_used, Some(at(HOUR)));
}

#[tokio::test]
async fn a_window_costs_one_unit_and_one_call() {
    let fixture = Fixture::new().await;
    // A whole day on all shards, some of it with the old secret: as large as an item gets.
    for hour in 0..24 {
        let received = DAY / 2 + hour * HOUR;
        let chunks = (0..16).map(|shard| {
            let sequence = u64::try_from(hour).unwrap() * 100 + u64::from(shard);
            streamed(shard, sequence, receipt(received, 1_000))
        });
        fixture.probe.take();
        fixture.stand_in.clear_recorded();
        fixture
            .store
            .count_accepted(&part(at(received)), chunks.collect())
            .await
            .unwrap();
        assert_eq!(fixture.probe.take().to_string(), "1", "hour {hour}");
        assert_eq!(fixture.stand_in.recorded().len(), 1);
    }
}

/// Chunks of a few keys and shards in the order of the stream, then windows over them that overlap.
#[test]
fn each_chunk_is_counted_once_however_the_stream_delivers() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let chunk = (
        0..2_usize,
        0..4_u8,
        0..3_i64,
        1..9_u64,
        any::<bool>(),
        any::<bool>(),
    );
    let window = (0.0..1.0_f64, 1..12_usize);
    let strategy = (
        prop::collection::vec(chunk, 1..40),
        prop::collection::vec(window, 0..12),
    );
    let mut runner = TestRunner::new(Config {
        cases: 24,
        ..Config::default()
    });
    let outcome = runner.run(&strategy, |(chunks, redelivered)| {
        runtime.block_on(async {
            let fixture = Fixture::new().await;
            let mut expected = BTreeMap::<(KeyId, Timestamp), HourUsage>::new();
            let chunks: Vec<_> = (0..)
                .zip(&chunks)
                .map(
                    |(place, &(number, shard, hour, events, opens_request, is_old))| {
                        let received_at = at(hour * 11 * HOUR);
                        let slot = if is_old {
                            SecretSlot::Previous
                        } else {
                            SecretSlot::Current
                        };
                        let sum = expected.entry((key(number), received_at)).or_default();
                        let requests = u64::from(opens_request);
                        sum.events += events;
                        sum.requests += requests;
                        sum.old_events += if is_old { events } else { 0 };
                        sum.old_requests += if is_old { requests } else { 0 };
                        let receipt = Receipt {
                            received_at,
                            events,
                            opens_request,
                            slot,
                        };
                        let part = UsagePart {
                            key_id: key(number),
                            ..part(received_at)
                        };
                        (part, streamed(shard, place, receipt))
                    },
                )
                .collect();
            // The stream goes on where it was, or goes back and cuts elsewhere.
            let (mut at_place, mut windows) = (0, redelivered.into_iter());
            while at_place < chunks.len() {
                let (back, length) = windows.next().unwrap_or((1.0, 7));
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    clippy::cast_precision_loss,
                    reason = "a place before this one"
                )]
                let start = (back * at_place as f64) as usize;
                let end = (start + length).min(chunks.len());
                let mut gathered = BTreeMap::<UsagePart, Vec<StreamedReceipt>>::new();
                for (part, chunk) in &chunks[start..end] {
                    gathered
                        .entry(part.clone())
                        .or_default()
                        .push(chunk.clone());
                }
                for (part, chunks) in gathered {
                    fixture.store.count_accepted(&part, chunks).await.unwrap();
                }
                at_place = at_place.max(end);
            }
            let mut counted = BTreeMap::new();
            for number in 0..2 {
                for (hour, usage) in hours(&fixture, &key(number)).await {
                    counted.insert((key(number), hour), usage);
                }
            }
            prop_assert_eq!(counted, expected);
            Ok(())
        })
    });
    outcome.unwrap();
}

#[tokio::test]
async fn shards_of_the_stream_count_side_by_side() {
    let fixture = Fixture::new().await;
    let mut writers = tokio::task::JoinSet::new();
    for shard in 0..8_u8 {
        let store = fixture.store.clone();
        writers.spawn(async move {
            // Each window twice, as after a failure elsewhere in its batch.
            for window in 0..5_u64 {
                for _ in 0..2 {
                    let chunks = (0..3).map(|i| streamed(shard, window * 3 + i, receipt(0, 2)));
                    store
                        .count_accepted(&part(at(0)), chunks.collect())
                        .await
                        .unwrap();
                }
            }
        });
    }
    writers.join_all().await;
    let usage = &hours(&fixture, &key(1)).await[&at(0)];
    assert_eq!((usage.events, usage.requests), (8 * 5 * 3 * 2, 8 * 5 * 3));
}

#[tokio::test]
async fn a_day_can_be_put_again_as_the_log_has_it() {
    let fixture = Fixture::new().await;
    let chunks = vec![streamed(0, 1, receipt(0, 5))];
    fixture
        .store
        .count_accepted(&part(at(0)), chunks)
        .await
        .unwrap();
    let mut counts = AcceptedCounts::default();
    counts.add(&receipt(0, 7));
    counts.add(&receipt(HOUR, 1));
    fixture
        .store
        .replace_accepted(&part(at(0)), &counts)
        .await
        .unwrap();
    let events: Vec<_> = hours(&fixture, &key(1))
        .await
        .into_values()
        .map(|usage| usage.events)
        .collect();
    assert_eq!(events, [7, 1]);
}

#[tokio::test]
async fn refusals_and_reads_add_up_beside_what_was_accepted() {
    let fixture = Fixture::new().await;
    let chunks = vec![streamed(0, 1, receipt(0, 5))];
    fixture
        .store
        .count_accepted(&part(at(0)), chunks)
        .await
        .unwrap();
    for hour in [0, 0, HOUR] {
        let counts = DirectCounts {
            refused: BTreeMap::from([("ip_not_allowed", 3), ("invalid_event", 1)]),
            calls: BTreeMap::from([("readProfile", 2)]),
            last_call: Some(at(hour)),
        };
        fixture
            .store
            .count_direct(&fixture.workspace, &key(1), at(hour), &counts)
            .await
            .unwrap();
    }
    let hours = hours(&fixture, &key(1)).await;
    let first = &hours[&at(0)];
    assert_eq!((first.events, first.refused["ip_not_allowed"]), (5, 6));
    assert_eq!(
        (first.refused["invalid_event"], first.calls["readProfile"]),
        (2, 4)
    );
    assert_eq!(hours[&at(HOUR)].refused["ip_not_allowed"], 3);
}

#[tokio::test]
async fn the_last_use_is_marked_once_an_hour_and_never_goes_back() {
    let fixture = Fixture::new().await;
    let mark = async |key: KeyId, time: i64| {
        fixture
            .store
            .mark_used(&fixture.workspace, &key, at(time))
            .await
            .unwrap();
    };
    for time in [5, 6, HOUR - 1] {
        mark(key(1), time).await;
    }
    assert_eq!(fixture.calls("UpdateItem"), 1);
    mark(key(1), HOUR).await;
    mark(key(2), 7).await;
    // Another process that is behind.
    fixture
        .elsewhere()
        .mark_used(&fixture.workspace, &key(1), at(3))
        .await
        .unwrap();
    let marks = fixture.store.last_used(&fixture.workspace).await.unwrap();
    assert_eq!(marks, BTreeMap::from([(key(1), at(HOUR)), (key(2), at(7))]));
    let one = fixture
        .store
        .last_used_of(&fixture.workspace, &key(1))
        .await;
    assert_eq!(one, Ok(Some(at(HOUR))));
}

#[tokio::test]
async fn a_day_of_a_thousand_keys_fits_into_one_page() {
    let fixture = Fixture::new().await;
    // Every hour and every shard: as large as an item gets.
    let chunks: Vec<_> = (0..24_i64 * 16)
        .map(|place| {
            let received = DAY / 2 + place / 16 * HOUR;
            let shard = u8::try_from(place % 16).unwrap();
            streamed(
                shard,
                u64::try_from(place).unwrap(),
                receipt(received, 9_999),
            )
        })
        .collect();
    for number in 0..100 {
        let part = UsagePart {
            key_id: key(number),
            ..part(at(DAY / 2))
        };
        fixture
            .store
            .count_accepted(&part, chunks.clone())
            .await
            .unwrap();
    }
    fixture.probe.take();
    let (from, to) = (at(DAY / 2), at(DAY + DAY / 2));
    let usage = fixture
        .store
        .usage(&fixture.workspace, None, from, to)
        .await
        .unwrap();
    assert_eq!(usage.len(), 100);
    // A page is a megabyte, and half a unit pays for 4 KB.
    let units = fixture.probe.take();
    println!("{units} read units for 100 keys");
    assert!(units <= 12.5, "{units}");
}
