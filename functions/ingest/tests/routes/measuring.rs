//! A request's cost, and what the metrics say of it.

use std::time::Duration;

use event::Clock as _;
use policy::{ApiKey, KeyKind, Role};
use serde_json::json;
use telemetry::read::{Graphs, Point, Range, Reader};
use testkit::{Fault, TestApp};

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
    let app = present().await;
    let key = app.key(KeyKind::WriteOnly).await;
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

#[tokio::test]
async fn a_body_that_cannot_be_read_is_a_refusal_in_the_metrics_too() {
    let app = present().await;
    let key = app.key(KeyKind::WriteOnly).await;
    let call = || app.post("/event/ingest").key(&key);
    let large = " ".repeat(4 * 1024 * 1024 + 1);
    let answers = [
        call().text("{").send().await,
        call().text(&large).send().await,
        call()
            .text("{}")
            .header("content-encoding", "br")
            .send()
            .await,
        call()
            .text("{}")
            .header("content-type", "text/csv")
            .send()
            .await,
        app.post("/profile").key(&key).text("{}").send().await,
    ];
    assert_eq!(
        answers.map(|answer| answer.status),
        [400, 413, 415, 415, 400]
    );
    let events = graphs(&app).await.user_events;
    assert_eq!((count(&events.accepted), count(&events.refused)), (0, 5));
}

#[tokio::test]
async fn an_outage_of_the_store_is_no_refusal() {
    let app = present().await;
    let key = app.key(KeyKind::ReadWrite).await;
    let trigger = trigger(&app).await;
    let call = json!({"triggerId": trigger, "userId": "u"});
    let start = || app.post("/workflow/trigger").key(&key).json(&call).send();
    // From here on the policy is known: a request reads its key, then the trigger.
    assert_eq!(start().await.status, 204);
    let reads = Fault::throttled().on_action("GetItem").skip(1);
    for outage in [reads, Fault::throttled().on_table("events")] {
        let outage = app.stand_in.faults().inject(outage);
        assert_eq!(start().await.status, 503);
        assert!(outage.hits() > 0);
        outage.clear();
    }
    // A call that is refused is still one.
    let unknown = json!({"triggerId": "none", "userId": "u"});
    let refused = app.post("/workflow/trigger").key(&key).json(&unknown);
    assert_eq!(refused.send().await.code(), "workflow_unknown");

    assert_eq!(count(&graphs(&app).await.user_events.refused), 1);
    app.runtime.flush().await;
    let refused = refused_of(&app, &key).await;
    assert_eq!(refused, [("workflow_unknown".to_owned(), 1)]);
}

#[tokio::test]
async fn a_question_about_health_is_no_event_that_was_refused() {
    let app = present().await;
    let (sensor, metrics) = (
        app.key(KeyKind::Sensor).await,
        app.key(KeyKind::Metrics).await,
    );
    app.revoke(&sensor).await;
    let ask = |key| app.to_ingest("GET", "/ingest/v2/health").key(key).send();
    assert_eq!(ask(&sensor).await.code(), "key_revoked");
    assert_eq!(ask(&metrics).await.status, 200);

    assert_eq!(count(&graphs(&app).await.user_events.refused), 0);
    app.runtime.flush().await;
    // The key's own usage tells of both.
    assert_eq!(
        refused_of(&app, &sensor).await,
        [("key_revoked".to_owned(), 1)]
    );
    assert_eq!(
        calls_of(&app, &metrics).await,
        [("checkHealth".to_owned(), 1)]
    );
}

/// A workspace in the time of the machine: CloudWatch takes no value that is much older.
async fn present() -> TestApp {
    let app = TestApp::start().await;
    app.clock.set(edge::SystemClock.now());
    app
}

/// The trigger of a workflow that a call starts.
async fn trigger(app: &TestApp) -> String {
    let editor = app.admin_key(Role::Editor).await;
    let steps = json!([{"id": "pause", "type": "wait", "seconds": 60}]);
    let workflow = json!({"name": "w", "trigger": {"type": "api"}, "steps": steps});
    let call = app.to_keys("POST", "/admin/v1/workflows").key(&editor);
    let made = call.json(&workflow).send().await;
    assert_eq!(made.status, 201, "{}", made.body);
    made.json()["triggerId"].as_str().unwrap().to_owned()
}

async fn refused_of(app: &TestApp, key: &ApiKey) -> Vec<(String, u64)> {
    let hours = usage_of(app, key).await.into_iter();
    hours.flat_map(|hour| hour.refused).collect()
}

async fn calls_of(app: &TestApp, key: &ApiKey) -> Vec<(String, u64)> {
    let hours = usage_of(app, key).await.into_iter();
    hours.flat_map(|hour| hour.calls).collect()
}

async fn usage_of(app: &TestApp, key: &ApiKey) -> Vec<store::HourUsage> {
    let (now, hour) = (app.clock.now(), Duration::from_hours(1));
    let usage = app.store.usage(
        &app.workspace,
        Some(key.id()),
        now.minus(hour),
        now.plus(hour),
    );
    let usage = usage.await.unwrap().into_iter();
    usage
        .flat_map(|(_, usage)| usage.hours.into_values())
        .collect()
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "counts are small and whole"
)]
fn count(points: &[Point]) -> i64 {
    points.iter().map(|point| point.value.round() as i64).sum()
}

/// Both graphs, of what was measured up to now.
async fn graphs(app: &TestApp) -> Graphs {
    let (now, hour) = (app.clock.now(), Duration::from_hours(1));
    app.runtime.metrics.flush(now).await;
    let range = Range::new(now.minus(hour), now.plus(hour)).unwrap();
    Reader::new(app.cloud_watch.clone())
        .graphs(&app.workspace, range)
        .await
        .unwrap()
}
