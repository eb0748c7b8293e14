//! A request's cost: what it reads and writes.

use std::time::Duration;

use event::Clock as _;
use policy::KeyKind;
use serde_json::json;
use telemetry::read::{Graphs, Point, Range, Reader};
use testkit::TestApp;

#[tokio::test]
async fn a_request_reads_its_key_and_writes_its_chunk_and_nothing_else() {
    let app = TestApp::start().await;
    let key = app.key(KeyKind::WriteOnly).await;
    let send = async |name: &str| {
        let event = json!({"name": name, "userId": "u"});
        assert_eq!(
            app.post("/event/ingest")
                .key(&key)
                .json(&event)
                .send()
                .await
                .status,
            204
        );
    };
    // The first request of a process also reads the policy's version and the settings.
    send("first").await;
    app.stand_in.clear_recorded();
    send("second").await;
    let recorded = app.stand_in.recorded();
    let actions: Vec<_> = recorded
        .iter()
        .map(|call| {
            format!(
                "{} {}",
                call.action,
                call.table.as_deref().unwrap_or_default()
            )
        })
        .collect();
    assert_eq!(actions, ["GetItem control", "PutItem events"]);
}

#[tokio::test]
async fn the_metrics_read_back_are_what_was_just_sent() {
    let app = TestApp::start().await;
    let key = app.key(KeyKind::WriteOnly).await;
    let now = edge::SystemClock.now();
    app.runtime.metrics.flush(now).await;
    let before = graphs(&app).await;
    let events = json!({"events": [
        {"name": "a", "userId": "u"}, {"name": "b", "userId": "u"}, {"name": "c"}
    ]});
    for _ in 0..2 {
        app.clock.advance(Duration::from_millis(1));
        app.post("/event/ingest/batch")
            .key(&key)
            .json(&events)
            .send()
            .await;
    }
    app.runtime.metrics.flush(now).await;
    let after = graphs(&app).await;
    assert_eq!(count(&after.user_events.accepted), 4);
    assert_eq!(count(&after.user_events.refused), 2);
    assert!(
        after
            .user_events
            .average_millis
            .iter()
            .any(|point| point.value > 0.0)
    );
    let writes = |graphs: &Graphs| count(&graphs.database_writes.writes);
    // A chunk each; the first refusal of its kind with a sample.
    assert_eq!(writes(&after) - writes(&before), 4);
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "counts are small and whole"
)]
fn count(points: &[Point]) -> i64 {
    points.iter().map(|point| point.value.round() as i64).sum()
}

async fn graphs(app: &TestApp) -> Graphs {
    let (now, hour) = (edge::SystemClock.now(), Duration::from_hours(1));
    let range = Range::new(now.minus(hour), now.plus(hour)).unwrap();
    Reader::new(app.cloud_watch.clone())
        .graphs(&app.workspace, range)
        .await
        .unwrap()
}
