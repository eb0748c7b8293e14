//! Timelines from the log: whatever way the stream delivers, and again from the log alone.

use std::time::Duration;

use event::Clock as _;
use local::stream::Options;
use policy::{ApiKey, KeyKind};
use serde_json::{Value, json};
use store::AuditAction;
use testkit::{Fault, TestApp};

#[cfg(test)]
async fn track(app: &TestApp, key: &ApiKey, events: &[Value]) {
    let batch = json!({"events": events});
    let answer = app
        .post("/event/ingest/batch")
        .key(key)
        .json(&batch)
        .send()
        .await;
    assert_eq!(answer.status, 204);
}

/// Thirty requests with events of five users; names count up, so the timelines are known.
#[cfg(test)]
async fn traffic(app: &TestApp, key: &ApiKey) {
    let now = app.clock.now().as_millis();
    for request in 0..30 {
        let event = |user: i64| {
            let time = now + request * 10 + user;
            json!({"name": format!("e{request:02}"), "userId": format!("u{user}"), "timestamp": time})
        };
        track(app, key, &(0..5).map(event).collect::<Vec<_>>()).await;
        app.clock.advance(Duration::from_millis(10));
    }
}

#[cfg(test)]
async fn timelines(app: &TestApp, key: &ApiKey) -> Vec<Value> {
    let mut timelines = Vec::new();
    for user in 0..5 {
        let path = format!("/profile/u{user}/events?limit=1000");
        timelines.push(app.get(&path).key(key).send().await.json());
    }
    timelines
}

#[cfg(test)]
fn expected() -> Vec<String> {
    (0..30)
        .rev()
        .map(|request| format!("e{request:02}"))
        .collect()
}

#[cfg(test)]
fn names(timeline: &Value) -> Vec<String> {
    let events = timeline["events"].as_array().unwrap();
    events
        .iter()
        .map(|event| event["name"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn redelivery_with_other_batch_borders_changes_no_timeline() {
    for seed in 0..4 {
        let options = Options {
            seed: Some(seed),
            batch_size: 7,
            ..Options::default()
        };
        let mut app = TestApp::with_stream(options).await;
        let key = app.key(KeyKind::ReadWrite).await;
        traffic(&app, &key).await;
        app.project().await;
        for timeline in timelines(&app, &key).await {
            assert_eq!(names(&timeline), expected(), "seed {seed}");
        }
    }
}

#[tokio::test]
async fn records_that_failed_come_again_and_lose_nothing() {
    let mut app = TestApp::start().await;
    let key = app.key(KeyKind::ReadWrite).await;
    traffic(&app, &key).await;
    let fault = Fault::throttled().on_action("BatchWriteItem").times(6);
    let fault = app.stand_in.faults().inject(fault);
    app.project().await;
    assert!(fault.hits() > 3);
    for timeline in timelines(&app, &key).await {
        assert_eq!(names(&timeline), expected());
    }
}

#[tokio::test]
async fn a_rebuild_makes_the_same_timelines_from_the_log() {
    let mut app = TestApp::start().await;
    let key = app.key(KeyKind::ReadWrite).await;
    traffic(&app, &key).await;
    let update = json!({"userId": "u0", "properties": {"plan": "team"}});
    app.post("/profile").key(&key).json(&update).send().await;
    app.project().await;
    let before = timelines(&app, &key).await;

    let rebuilt = projector::rebuild::run(&app.store, app.clock.now())
        .await
        .unwrap();
    assert_eq!((rebuilt.events, rebuilt.profile_updates), (150, 1));
    assert_eq!(timelines(&app, &key).await, before);
    let profile = app.get("/profile/u0").key(&key).send().await.json();
    assert_eq!(profile["properties"], json!({"plan": "team"}));
}

/// How many items of the profiles table there are, and how many of them expire.
#[cfg(test)]
async fn items(app: &TestApp) -> (usize, usize) {
    let client = aws_sdk_dynamodb::Client::new(&app.runtime.aws);
    let scan = client.scan().table_name("profiles").send().await.unwrap();
    let expire = scan.items().iter().filter(|item| item.contains_key("ttl"));
    (scan.items().len(), expire.count())
}

#[tokio::test]
async fn timelines_expire_with_the_log_and_profiles_do_not() {
    let mut app = TestApp::start().await;
    let key = app.key(KeyKind::ReadWrite).await;
    let mut settings = app.store.workspace(&app.workspace).await.unwrap().unwrap();
    settings.retention_days = Some(1);
    let audit = app.audit(AuditAction::SettingsChanged, &key);
    let changed = app
        .store
        .replace_settings(&app.workspace, &settings, &audit);
    changed.await.unwrap();
    traffic(&app, &key).await;
    let update = json!({"userId": "u0", "properties": {"plan": "team"}});
    app.post("/profile").key(&key).json(&update).send().await;
    app.project().await;
    assert_eq!(items(&app).await, (6, 5));
    // Nobody has swept the tables yet.
    app.clock.advance(Duration::from_hours(24));
    for _ in 0..2 {
        let path = "/profile/u0/events";
        let page = app.get(path).key(&key).send().await.json();
        assert_eq!(page["events"], json!([]));
        assert_eq!(
            app.get("/profile/u1/events").key(&key).send().await.status,
            404
        );
        projector::rebuild::run(&app.store, app.clock.now())
            .await
            .unwrap();
        assert_eq!(items(&app).await, (1, 0));
    }
}

#[tokio::test]
async fn a_window_costs_at_most_one_item_per_profile() {
    let mut app = TestApp::start().await;
    let key = app.key(KeyKind::WriteOnly).await;
    traffic(&app, &key).await;
    app.stand_in.clear_recorded();
    app.project().await;
    let client = aws_sdk_dynamodb::Client::new(&app.runtime.aws);
    let items = client
        .scan()
        .table_name("profiles")
        .send()
        .await
        .unwrap()
        .items
        .unwrap();
    // One window of thirty records, five users.
    assert_eq!(items.len(), 5);
}
