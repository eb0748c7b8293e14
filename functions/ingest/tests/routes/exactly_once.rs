//! The same request is stored once and always answered as a success.

use std::time::Duration;

use event::{Clock as _, Signal};
use policy::KeyKind;
use serde_json::{Value, json};
use testkit::TestApp;

fn batch(names: &[&str], time: i64) -> Value {
    let event = |name| json!({"name": name, "userId": "u", "timestamp": time});
    json!({"events": names.iter().map(event).collect::<Vec<_>>()})
}

#[tokio::test]
async fn a_retry_is_stored_once_also_after_the_day_has_turned() {
    let app = TestApp::start().await;
    let key = app.key(KeyKind::WriteOnly).await;
    let body = batch(&["a", "b"], app.clock.now().as_millis());
    for hours in [0, 0, 1, 23, 48] {
        app.clock.advance(Duration::from_hours(hours));
        let answer = app
            .post("/event/ingest/batch")
            .key(&key)
            .json(&body)
            .send()
            .await;
        assert_eq!(answer.status, 204);
    }
    assert_eq!(app.chunks(Signal::Events).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_clients_at_once_store_one_copy() {
    let app = TestApp::start().await;
    let key = app.key(KeyKind::WriteOnly).await;
    let body = batch(&["a"], app.clock.now().as_millis());
    let calls: Vec<_> = (0..10)
        .map(|_| tokio::spawn(app.post("/event/ingest/batch").key(&key).json(&body).send()))
        .collect();
    for call in calls {
        assert_eq!(call.await.unwrap().status, 204);
    }
    assert_eq!(app.chunks(Signal::Events).await.len(), 1);
}

#[tokio::test]
async fn a_retry_with_more_events_stores_the_new_ones() {
    let mut app = TestApp::start().await;
    let key = app.key(KeyKind::ReadWrite).await;
    let now = app.clock.now().as_millis();
    for names in [&["a", "b"][..], &["a", "b", "c"]] {
        let body = batch(names, now);
        let answer = app
            .post("/event/ingest/batch")
            .key(&key)
            .json(&body)
            .send()
            .await;
        assert_eq!(answer.status, 204);
    }
    app.project().await;
    let timeline = app.get("/profile/u/events").key(&key).send().await.json();
    assert_eq!(timeline["events"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn events_of_several_hours_become_a_chunk_each() {
    let app = TestApp::start().await;
    let key = app.key(KeyKind::WriteOnly).await;
    let now = app.clock.now().as_millis();
    let event =
        |hours: i64| json!({"name": "x", "userId": "u", "timestamp": now - hours * 3_600_000});
    let body = json!({"events": [event(0), event(30), event(2), event(0)]});
    app.post("/event/ingest/batch")
        .key(&key)
        .json(&body)
        .send()
        .await;
    let counts: Vec<_> = app
        .chunks(Signal::Events)
        .await
        .iter()
        .map(|chunk| chunk.count)
        .collect();
    assert_eq!(counts.len(), 3);
    assert_eq!(counts.iter().sum::<u32>(), 4);
}

#[tokio::test]
async fn an_event_without_id_and_time_counts_once_with_an_idempotency_key() {
    let mut app = TestApp::start().await;
    let key = app.key(KeyKind::ReadWrite).await;
    let body = json!({"name": "x", "userId": "u"});
    for _ in 0..2 {
        let call = app.post("/event/ingest").key(&key).json(&body);
        assert_eq!(
            call.header("idempotency-key", "k-1").send().await.status,
            204
        );
        app.clock.advance(Duration::from_secs(5));
        app.project().await;
    }
    let timeline = app.get("/profile/u/events").key(&key).send().await.json();
    assert_eq!(timeline["events"].as_array().unwrap().len(), 1);
}
