//! Who sent what with a key.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use event::{KeyId, Signal, Source};
use store::{KeyTraffic, Sequence, TrafficChunk, TrafficPart};

use crate::support::{Fixture, at, workspace};

const HOUR: i64 = 3_600_000;

fn key() -> KeyId {
    KeyId::parse("aaaaaaaaaaaa").unwrap()
}

fn part(hour: i64) -> TrafficPart {
    TrafficPart {
        workspace: workspace("acme"),
        key_id: key(),
        hour: at(hour * HOUR),
        signal: Signal::Events,
        event_day: at(0).day(),
    }
}

fn address(number: u32) -> IpAddr {
    let [_, a, b, c] = number.to_be_bytes();
    Ipv4Addr::new(10, a, b, c).into()
}

fn chunk(shard: u8, sequence: u64, address: IpAddr, name: &str) -> TrafficChunk {
    TrafficChunk {
        shard,
        sequence: Sequence::parse(&format!("1{sequence:020}")).unwrap(),
        address: Some(address),
        opens_request: true,
        source: Source::Userflux,
        events: BTreeMap::from([(name.to_owned(), 2)]),
    }
}

async fn read(fixture: &Fixture) -> KeyTraffic {
    fixture
        .store
        .traffic(&fixture.workspace, &key(), at(0), at(9 * HOUR))
        .await
        .unwrap()
}

#[tokio::test]
async fn senders_and_names_are_counted_once_whatever_comes_again() {
    let fixture = Fixture::new().await;
    let chunks: Vec<_> = (0..6_u8)
        .map(|i| chunk(i % 2, i.into(), address(u32::from(i) % 3), "a"))
        .collect();
    for (hour, range) in [(2, 0..4), (2, 2..6), (2, 0..6), (1, 0..2)] {
        fixture
            .store
            .add_traffic(&part(hour), &chunks[range])
            .await
            .unwrap();
    }
    let traffic = read(&fixture).await;
    let requests: Vec<_> = traffic.senders.values().map(|it| it.requests).collect();
    assert_eq!(requests, [3, 3, 2]);
    assert_eq!(traffic.senders[&Some(address(0))].events["a"], 6);
    assert_eq!(traffic.oldest, Some(at(HOUR)));
    assert!(!traffic.is_estimate);
}

#[tokio::test]
async fn shards_of_the_stream_add_side_by_side() {
    let fixture = Fixture::new().await;
    let mut writers = tokio::task::JoinSet::new();
    for shard in 0..4_u8 {
        let store = fixture.store.clone();
        writers.spawn(async move {
            for window in 0..5 {
                let chunk = chunk(shard, window, address(shard.into()), "a");
                store.add_traffic(&part(0), &[chunk]).await.unwrap();
            }
        });
    }
    writers.join_all().await;
    let traffic = read(&fixture).await;
    let requests: Vec<_> = traffic.senders.values().map(|it| it.requests).collect();
    assert_eq!(requests, [5; 4]);
}

#[tokio::test]
async fn an_hour_of_many_senders_costs_about_one_unit_a_window_and_stays_about_right() {
    let fixture = Fixture::new().await;
    // What a browser's key sees: two requests in three come from an address of their own.
    let windows = 600_u32;
    fixture.probe.take();
    for window in 0..windows {
        // Scattered, as addresses are: those in a row would lie in little space.
        let sender = if window % 3 == 0 {
            0
        } else {
            window.wrapping_mul(2_654_435_761) >> 8
        };
        let chunk = chunk(0, window.into(), address(sender), "page_view");
        fixture.store.add_traffic(&part(0), &[chunk]).await.unwrap();
    }
    // Reads are half of it: the test's window is one chunk.
    let units = fixture.probe.take() / f64::from(windows);
    println!("{units:.2} units a window, its read included");
    assert!(units <= 3.5, "{units}");
    let traffic = read(&fixture).await;
    assert!(traffic.is_estimate);
    let requests: u64 = traffic.senders.values().map(|it| it.requests).sum();
    assert!((450..=750).contains(&requests), "{requests}");
    let steady = traffic.senders[&Some(address(0))].requests;
    assert!((130..=270).contains(&steady), "{steady}");
}

#[tokio::test]
async fn what_lies_outside_the_range_is_not_read() {
    let fixture = Fixture::new().await;
    for hour in 0..5 {
        let chunk = chunk(0, 1, address(1), "a");
        fixture
            .store
            .add_traffic(&part(hour), &[chunk])
            .await
            .unwrap();
    }
    let (from, to) = (at(HOUR), at(3 * HOUR));
    let traffic = fixture
        .store
        .traffic(&fixture.workspace, &key(), from, to)
        .await
        .unwrap();
    assert_eq!(traffic.senders[&Some(address(1))].requests, 3);
    assert_eq!(traffic.oldest, Some(from));
}
