//! The same request is stored once and always answered as a success.

use std::time::Duration;

use event::{Clock as _, Signal};
use policy::{ApiKey, KeyKind, Policy, PreviousSecret};
use serde_json::{Value, json};
use testkit::{Call, TestApp};

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

/// How many events the timeline of `u` shows.
async fn shown(app: &mut TestApp, key: &ApiKey) -> usize {
    app.project().await;
    let timeline = app.get("/profile/u/events").key(key).send().await.json();
    timeline["events"].as_array().unwrap().len()
}

/// Sends it with that mark, as a client does that had no answer to the one before.
async fn mark(app: &TestApp, call: Call, mark: &str) {
    let answer = call.header("idempotency-key", mark).send().await;
    assert!(answer.status < 300, "{}", answer.body);
    app.clock.advance(Duration::from_secs(5));
}

#[tokio::test]
async fn equal_events_without_id_and_time_are_as_many_as_they_are() {
    let mut app = TestApp::start().await;
    let (reader, rum) = (
        app.key(KeyKind::ReadWrite).await,
        app.key(KeyKind::Rum).await,
    );
    let clicks = |name: &str| json!({"events": vec![json!({name: "click", "userId": "u"}); 3]});
    let call = app.post("/event/ingest/batch").key(&reader);
    assert_eq!(call.json(&clicks("name")).send().await.status, 204);
    assert_eq!(shown(&mut app, &reader).await, 3);
    // Some ten milliseconds later they are others.
    app.clock.advance(Duration::from_millis(10));
    let call = app.post("/json/rum").key(&rum).json(&clicks("type"));
    assert_eq!(call.send().await.status, 200);
    assert_eq!(shown(&mut app, &reader).await, 6);
}

#[tokio::test]
async fn equal_events_of_a_marked_request_stay_as_many_when_it_is_sent_again() {
    let mut app = TestApp::start().await;
    let key = app.key(KeyKind::ReadWrite).await;
    let clicks = json!({"events": vec![json!({"name": "click", "userId": "u"}); 3]});
    for _ in 0..2 {
        let call = app.post("/event/ingest/batch").key(&key).json(&clicks);
        mark(&app, call, "k-1").await;
    }
    assert_eq!(shown(&mut app, &key).await, 3);
}

#[tokio::test]
async fn equal_events_with_a_time_count_once() {
    let mut app = TestApp::start().await;
    let key = app.key(KeyKind::ReadWrite).await;
    let body = batch(&["a", "a"], app.clock.now().as_millis());
    let call = app.post("/event/ingest/batch").key(&key).json(&body);
    assert_eq!(call.send().await.status, 204);
    assert_eq!(shown(&mut app, &key).await, 1);
}

#[tokio::test]
async fn an_idempotency_key_is_one_of_its_senders_and_of_what_it_sends() {
    let mut app = TestApp::start().await;
    let (one, other) = (
        app.key(KeyKind::ReadWrite).await,
        app.key(KeyKind::WriteOnly).await,
    );
    let event = |name| json!({"name": name, "userId": "u"});
    let send = |key, name| app.post("/event/ingest").key(key).json(&event(name));
    mark(&app, send(&one, "a"), "1").await;
    mark(&app, send(&one, "b"), "1").await;
    mark(&app, send(&other, "a"), "1").await;
    assert_eq!(shown(&mut app, &one).await, 3);
}

#[tokio::test]
async fn a_marked_request_is_known_again_however_it_is_written_and_after_a_rotation() {
    let mut app = TestApp::start().await;
    let reader = app.key(KeyKind::ReadWrite).await;
    let old = ApiKey::generate(KeyKind::WriteOnly, &mut rand::rng());
    let new = ApiKey::generate_with_id(KeyKind::WriteOnly, old.id().clone(), &mut rand::rng());
    let previous = PreviousSecret {
        hash: old.secret_hash(),
        expires_at: app.clock.now().plus(Duration::from_hours(1)),
    };
    app.issue(KeyKind::WriteOnly, Policy::default(), |record| {
        record.id = new.id().clone();
        record.secret = new.secret_hash();
        record.previous = Some(previous);
    })
    .await;
    let text = r#"{"name":"a","userId":"u","properties":{"a":1,"b":"\u00e9"}}"#;
    let otherwise = r#"{ "properties": {"b": "é", "a": 1}, "userId": "u", "name": "a" }"#;
    mark(&app, app.post("/event/ingest").key(&old).text(text), "k").await;
    for call in [
        app.post("/event/ingest").key(&new).text(text),
        app.post("/event/ingest").key(&new).text(otherwise),
        app.post("/event/ingest")
            .key(&new)
            .bytes(&zstd::encode_all(text.as_bytes(), 3).unwrap())
            .header("content-encoding", "zstd"),
    ] {
        mark(&app, call, "k").await;
    }
    assert_eq!(shown(&mut app, &reader).await, 1);
}
