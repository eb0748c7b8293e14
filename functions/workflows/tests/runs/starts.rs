//! What starts a run, and what does not.

use std::time::Duration;

use event::Clock as _;
use serde_json::json;

use crate::support::Office;

#[tokio::test]
async fn the_same_call_starts_one_run_within_a_minute_and_another_one_later() {
    let mut office = Office::open().await;
    let workflow = office.by_call(json!([office.hook("tell", "/")])).await;
    for seconds in [0, 10, 49, 1] {
        office.app.clock.advance(Duration::from_secs(seconds));
        office.start(&workflow, "ann", json!({"a": 1})).await;
    }
    assert_eq!(office.runs(&workflow).await.len(), 2);
    office.start(&workflow, "ann", json!({"a": 2})).await;
    office.start(&workflow, "bob", json!({"a": 1})).await;
    assert_eq!(office.runs(&workflow).await.len(), 4);
    assert_eq!(office.receiver.received().len(), 4);
}

#[tokio::test]
async fn the_same_idempotency_key_starts_one_run_within_a_day() {
    let mut office = Office::open().await;
    let workflow = office.by_call(json!([office.hook("tell", "/")])).await;
    for hours in [0, 1, 22, 1] {
        office.app.clock.advance(Duration::from_hours(hours));
        let moment = office.app.clock.now().as_millis();
        let body = json!({"triggerId": workflow["triggerId"], "userId": "ann", "variables": {"at": moment}});
        let call = office.app.post("/workflow/trigger").key(&office.key);
        let answer = call
            .header("idempotency-key", "order-1")
            .json(&body)
            .send()
            .await;
        assert_eq!(answer.status, 204);
    }
    office.app.run_workflows().await;
    assert_eq!(office.runs(&workflow).await.len(), 2);
}

#[tokio::test]
async fn an_event_starts_a_run_where_the_conditions_hold_and_once_however_often_it_is_sent() {
    let mut office = Office::open().await;
    let trigger = json!({"type": "event", "events": ["ordered"], "when": {"all": [
        {"path": "event.properties.total", "operator": "greater_than", "value": 100},
    ]}});
    let mut hook = office.hook("tell", "/");
    hook["body"] = json!({"total": "{{ event.properties.total }}", "name": "{{ event.name }}"});
    let workflow = office.workflow(trigger, json!([hook])).await;
    for (id, name, total) in [
        ("1", "ordered", 101),
        ("2", "ordered", 99),
        ("3", "seen", 500),
        ("1", "ordered", 101),
    ] {
        let event =
            json!({"id": id, "name": name, "userId": "ann", "properties": {"total": total}});
        office.send(&event).await;
        office.app.run_workflows().await;
        office.app.clock.advance(Duration::from_secs(1));
    }
    let run = office.run(&workflow).await;
    assert_eq!(
        (&run["startedBy"], &run["event"]["id"]),
        (&json!("event"), &json!("1"))
    );
    let received = office.receiver.received();
    assert_eq!(received[0].json(), json!({"total": 101, "name": "ordered"}));
}

#[tokio::test]
async fn a_rebuild_of_the_projections_starts_no_run() {
    let mut office = Office::open().await;
    let by_call = office.by_call(json!([office.hook("tell", "/")])).await;
    let trigger = json!({"type": "event", "events": ["ordered"]});
    let by_event = office
        .workflow(trigger, json!([office.hook("tell", "/")]))
        .await;
    office
        .send(&json!({"name": "ordered", "userId": "ann"}))
        .await;
    office.start(&by_call, "ann", json!({})).await;
    let now = office.app.clock.now();
    projector::rebuild::run(&office.app.store, now)
        .await
        .unwrap();
    office.app.run_workflows().await;
    assert_eq!(office.runs(&by_call).await.len(), 1);
    assert_eq!(office.runs(&by_event).await.len(), 1);
    assert_eq!(office.receiver.received().len(), 2);
}

#[tokio::test]
async fn a_paused_workflow_is_started_by_nothing() {
    let mut office = Office::open().await;
    let by_call = office.by_call(json!([office.hook("tell", "/")])).await;
    let trigger = json!({"type": "event", "events": ["ordered"]});
    let by_event = office
        .workflow(trigger, json!([office.hook("tell", "/")]))
        .await;
    for workflow in [&by_call, &by_event] {
        let path = format!(
            "/admin/v1/workflows/{}/pause",
            workflow["id"].as_str().unwrap()
        );
        assert_eq!(office.ask("POST", &path, None).await.status, 204);
    }
    let answer = office.call(&by_call, "ann", json!({})).await;
    insta::assert_snapshot!(answer.shown(), @r#"409 {"error":{"code":"workflow_paused","message":"the workflow is paused","requestId":"test-request"}}"#);
    office
        .send(&json!({"name": "ordered", "userId": "ann"}))
        .await;
    office.app.run_workflows().await;
    assert!(office.runs(&by_event).await.is_empty());
    let path = format!(
        "/admin/v1/workflows/{}/resume",
        by_call["id"].as_str().unwrap()
    );
    office.ask("POST", &path, None).await;
    office.start(&by_call, "ann", json!({})).await;
    assert_eq!(office.runs(&by_call).await.len(), 1);
}

#[tokio::test]
async fn a_schedule_starts_a_run_at_each_of_its_times_until_it_is_paused() {
    let mut office = Office::open().await;
    let trigger = json!({"type": "schedule", "everySeconds": 3_600});
    let workflow = office
        .workflow(trigger, json!([office.hook("tell", "/")]))
        .await;
    for _ in 0..3 {
        office.later(Duration::from_hours(1)).await;
        office.app.run_workflows().await;
    }
    assert_eq!(office.runs(&workflow).await.len(), 3);
    assert_eq!(office.receiver.received().len(), 3);
    let path = format!(
        "/admin/v1/workflows/{}/pause",
        workflow["id"].as_str().unwrap()
    );
    office.ask("POST", &path, None).await;
    office.later(Duration::from_hours(1)).await;
    office.app.run_workflows().await;
    assert_eq!(office.runs(&workflow).await.len(), 3);
}

#[tokio::test]
async fn workflows_that_start_one_another_come_to_an_end() {
    let mut office = Office::open().await;
    let trigger = json!({"type": "event", "events": ["tick"]});
    let steps = json!([{"id": "again", "type": "send_event", "name": "tick"}]);
    let workflow = office.workflow(trigger, steps).await;
    office.send(&json!({"name": "tick", "userId": "ann"})).await;
    for _ in 0..10 {
        office.app.run_workflows().await;
    }
    assert_eq!(office.runs(&workflow).await.len(), 6);
}

#[tokio::test]
async fn an_event_may_have_any_id_and_starts_its_workflow() {
    let mut office = Office::open().await;
    let trigger = json!({"type": "event", "events": ["ran"]});
    let workflow = office
        .workflow(trigger, json!([office.hook("tell", "/")]))
        .await;
    for id in ["run-2026-11-29", "run-9-a"] {
        office
            .send(&json!({"id": id, "name": "ran", "userId": "ann"}))
            .await;
    }
    office.app.run_workflows().await;
    assert_eq!(office.runs(&workflow).await.len(), 2);
}

#[tokio::test]
async fn a_call_may_start_a_run_about_nobody() {
    let mut office = Office::open().await;
    let workflow = office.by_call(json!([office.hook("tell", "/")])).await;
    let trigger = &workflow["triggerId"];
    for user in [json!({}), json!({"userId": null})] {
        let mut body = json!({"triggerId": trigger, "variables": {"order": 17}});
        body.as_object_mut()
            .unwrap()
            .extend(user.as_object().unwrap().clone());
        let call = office.app.post("/workflow/trigger").key(&office.key);
        assert_eq!(call.json(&body).send().await.status, 204);
    }
    office.app.run_workflows().await;
    // The two are the same call.
    let run = office.run(&workflow).await;
    assert_eq!(run["state"], "completed", "{run}");
    let received = office.receiver.received();
    let body = received[0].json();
    assert_eq!(body["data"]["userId"], serde_json::Value::Null, "{body}");
    assert_eq!(body["data"]["variables"], json!({"order": 17}));
}

#[tokio::test]
async fn what_is_wrong_with_a_call_is_said_with_its_place() {
    let office = Office::open().await;
    let workflow = office.by_call(json!([office.hook("tell", "/")])).await;
    let trigger = &workflow["triggerId"];
    let call = async |body: serde_json::Value| {
        let call = office.app.post("/workflow/trigger").key(&office.key);
        let shown = call.json(&body).send().await.shown();
        shown.replace(r#","requestId":"test-request""#, "")
    };
    insta::assert_snapshot!(call(json!({"triggerId": "x", "userId": "ann"})).await, @r#"404 {"error":{"code":"workflow_unknown","message":"triggerId: there is no workflow with this trigger"}}"#);
    insta::assert_snapshot!(call(json!({"triggerId": "0b6e9c0a-3a62-4a53-9d0e-0a3a62d3f5c1", "userId": "ann"})).await, @r#"404 {"error":{"code":"workflow_unknown","message":"triggerId: there is no workflow with this trigger"}}"#);
    insta::assert_snapshot!(call(json!({"userId": "ann"})).await, @r#"400 {"error":{"code":"invalid_body","message":"missing member `triggerId`"}}"#);
    insta::assert_snapshot!(call(json!({"triggerId": trigger, "userId": 7})).await, @r#"400 {"error":{"code":"invalid_body","message":"userId: must be a string"}}"#);
    insta::assert_snapshot!(call(json!({"triggerId": trigger, "userId": " "})).await, @r#"400 {"error":{"code":"invalid_body","message":"userId: must not be empty"}}"#);
    insta::assert_snapshot!(call(json!({"triggerId": trigger, "userId": "ann", "variables": [1]})).await, @r#"400 {"error":{"code":"invalid_body","message":"variables: must be an object"}}"#);
    insta::assert_snapshot!(call(json!({"triggerId": trigger, "userId": "ann", "variable": {}})).await, @r#"400 {"error":{"code":"invalid_body","message":"variable: is not a known member: expected one of `triggerId`, `userId`, `variables`"}}"#);
    let large = json!({"text": "x".repeat(64 * 1024)});
    insta::assert_snapshot!(call(json!({"triggerId": trigger, "userId": "ann", "variables": large})).await, @r#"413 {"error":{"code":"too_large","message":"variables: must be at most 64 KB of JSON"}}"#);
    let write_only = office.app.key(policy::KeyKind::WriteOnly).await;
    let call = office.app.post("/workflow/trigger").key(&write_only);
    let answer = call
        .json(&json!({"triggerId": trigger, "userId": "ann"}))
        .send()
        .await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (403, "scope_missing")
    );
}
