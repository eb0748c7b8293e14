//! What things cost, as DynamoDB reports it.

use std::net::IpAddr;

use event::chunk::build;
use event::{Event, Signal};
use store::{ChunkMeta, TimelineWindow};
use traffic::{Size, Traffic, Users};

use crate::support::{
    Fixture, audit, change, chunk, entry, event, known, meta, new_key, policy_with_rows, update,
    window,
};

/// Write units that so many events cost, scaled to a thousand.
fn per_thousand(units: f64, events: u32) -> f64 {
    units * 1_000.0 / f64::from(events)
}

#[tokio::test]
async fn a_thousand_events_of_1_kb_cost_what_the_batch_size_allows() {
    let fixture = Fixture::new().await;
    for (batch, batches, at_most) in [(1, 40, 1_000.0), (10, 40, 300.0), (100, 12, 150.0)] {
        let mut traffic = Traffic::new(7, Size::Large, Users::Mixed);
        fixture.probe.take();
        for _ in 0..batches {
            let events = traffic.events(batch);
            let chunks = build(&fixture.workspace, Signal::Events, &events);
            fixture
                .store
                .append_all(&meta(Signal::Events), chunks)
                .await
                .unwrap();
        }
        let events = u32::try_from(batch * batches).unwrap();
        let cost = per_thousand(fixture.probe.take(), events);
        println!("{batch} a batch: {cost:.0} write units per 1,000 events");
        assert!(cost <= at_most, "{batch} a batch: {cost}");
    }
}

#[tokio::test]
async fn a_thousand_timeline_entries_cost_at_most_210_units_where_each_user_sent_ten() {
    let fixture = Fixture::new().await;
    let mut traffic = Traffic::new(7, Size::Large, Users::One);
    let window = |events: Vec<Event<'static>>| TimelineWindow {
        profile: events[0].profile().unwrap(),
        entries: events.into_iter().map(|event| entry(event, 400)).collect(),
    };
    let windows: Vec<_> = (0..100).map(|_| window(traffic.events(10))).collect();
    fixture
        .store
        .put_timelines(&fixture.workspace, windows)
        .await
        .unwrap();
    let cost = per_thousand(fixture.probe.take(), 1_000);
    println!("{cost:.0} write units per 1,000 timeline entries");
    assert!(cost <= 210.0, "{cost}");
}

#[tokio::test]
async fn a_policy_with_a_thousand_rows_costs_no_more_per_request_than_an_empty_one() {
    let fixture = Fixture::new().await;
    let (_, new) = new_key("Shop");
    fixture
        .store
        .create_key(&new, &audit(&new.record.id))
        .await
        .unwrap();
    let id = &new.record.id;
    fixture.probe.take();
    fixture.store.key(id).await.unwrap();
    assert_eq!(fixture.probe.take().to_string(), "1");
    fixture
        .store
        .replace_policy(
            &change(&new, &audit(&new.record.id)),
            1,
            &policy_with_rows(1_000),
        )
        .await
        .unwrap();
    fixture.probe.take();
    fixture.store.key(id).await.unwrap();
    assert_eq!(fixture.probe.take().to_string(), "1");
}

#[tokio::test]
async fn a_chunk_carries_at_most_250_bytes_beside_its_blob() {
    let fixture = Fixture::new().await;
    let address = Some("2001:db8::1".parse::<IpAddr>().unwrap());
    let meta = ChunkMeta {
        address,
        ..meta(Signal::Events)
    };
    for (size, units) in [(1024 - 250, 1.0), (2 * 1024 - 250, 2.0), (1024, 2.0)] {
        let mut chunk = chunk(Signal::Events, &[event(&size.to_string(), 0)]);
        chunk.blob = vec![1; size];
        fixture.probe.take();
        fixture.store.append(&meta, chunk).await.unwrap();
        assert_eq!(
            fixture.probe.take().to_string(),
            units.to_string(),
            "{size} B"
        );
    }
}

#[tokio::test]
async fn a_profile_update_costs_one_unit_and_its_repetition_none() {
    let fixture = Fixture::new().await;
    let update = update(Some("u"), None, 0, r#"{"plan":"pro"}"#);
    for puts in [1, 1] {
        fixture
            .store
            .update_profile(&fixture.workspace, &update, update.timestamp)
            .await
            .unwrap();
        assert_eq!(fixture.calls("UpdateItem"), puts);
    }
}

#[tokio::test]
async fn a_window_of_many_profiles_is_one_item_each_in_few_calls() {
    let fixture = Fixture::new().await;
    let windows: Vec<_> = (0..60)
        .map(|user: i64| {
            let events = (0..10).map(|i| event(&format!("{user}-{i}"), i));
            window(known(&user.to_string()), events.collect())
        })
        .collect();
    fixture
        .store
        .put_timelines(&fixture.workspace, windows.clone())
        .await
        .unwrap();
    assert_eq!(fixture.item_count(&fixture.tables.profiles).await, 60);
    assert_eq!(fixture.calls("BatchWriteItem"), 3);
    fixture
        .store
        .put_timelines(&fixture.workspace, windows)
        .await
        .unwrap();
    assert_eq!(
        fixture.item_count(&fixture.tables.profiles).await,
        60,
        "again is the same"
    );
}
