//! `POST /event/ingest/batch`.

use api::{NewKey, Tenant, Weir};
use insta::assert_snapshot;
use serde_json::{Value, json};

fn event(tenant: &Tenant<'_>, age: i64) -> Value {
    let id = format!("e{age}");
    json!({"id": id, "name": "step", "userId": "ann", "timestamp": tenant.ago(age)})
}

#[tokio::test]
async fn a_batch_of_a_thousand_events_is_accepted_whole() {
    let tenant = Weir::shared().await.tenant().await;
    let events: Vec<Value> = (0..1_000).map(|age| event(&tenant, age)).collect();
    assert_snapshot!(tenant.batch(&events).await, @"204");
    let timeline = tenant.timeline_of("ann", 1_000).await;
    let expected: Vec<String> = (0..1_000).map(|number| format!("e{number}")).collect();
    assert_eq!(timeline.texts("id"), expected);
}

#[tokio::test]
async fn a_batch_of_nothing_is_a_success() {
    let tenant = Weir::shared().await.tenant().await;
    assert_snapshot!(tenant.batch(&[]).await, @"204");
    assert_eq!(tenant.chunks().await, 0);
}

#[tokio::test]
async fn the_good_events_of_a_batch_are_stored_and_the_bad_ones_named_one_by_one() {
    let tenant = Weir::shared().await.tenant().await;
    let events = [
        event(&tenant, 1),
        json!({"userId": "ann"}),
        json!({"id": "three", "name": "a", "userId": "ann", "timestamp": "now"}),
        event(&tenant, 2),
        json!("no event"),
        json!(["e6", "positional", 1, "ann"]),
        json!({"name": "a"}),
    ];
    assert_snapshot!(tenant.batch(&events).await, @r#"200 {"accepted":2,"refused":[{"index":1,"code":"invalid_event","path":"events[1].name","message":"is missing"},{"index":2,"id":"three","code":"invalid_event","path":"events[2].timestamp","message":"must be a number, not a string"},{"index":4,"code":"invalid_event","path":"events[4]","message":"must be an object, not a string"},{"index":5,"code":"invalid_event","path":"events[5]","message":"must be an object, not an array"},{"index":6,"code":"invalid_event","path":"events[6].userId","message":"is missing, and so is anonymousId: one is needed"}]}"#);
    assert_eq!(tenant.timeline_of("ann", 2).await.texts("id"), ["e1", "e2"]);
}

#[tokio::test]
async fn where_every_event_is_invalid_the_answer_is_400_and_names_each() {
    let tenant = Weir::shared().await.tenant().await;
    let events = [json!({"userId": "ann"}), json!({"name": "a"})];
    assert_snapshot!(tenant.batch(&events).await, @r#"400 {"error":{"code":"invalid_event","message":"events[0].name: is missing","requestId":"[id]"},"accepted":0,"refused":[{"index":0,"code":"invalid_event","path":"events[0].name","message":"is missing"},{"index":1,"code":"invalid_event","path":"events[1].userId","message":"is missing, and so is anonymousId: one is needed"}]}"#);
    assert_eq!(tenant.chunks().await, 0);
}

#[tokio::test]
async fn where_every_event_has_a_name_that_is_not_allowed_the_answer_is_403() {
    let tenant = Weir::shared().await.tenant().await;
    let key = tenant.issue(NewKey::for_events(&json!(["login"]))).await;
    let events = json!({"events": [event(&tenant, 1), event(&tenant, 2)]});
    let answer = tenant
        .client()
        .with_key(&key.text)
        .post("/event/ingest/batch", &events)
        .await;
    assert_snapshot!(answer, @r#"403 {"error":{"code":"event_not_allowed","message":"the API key may not send events of this name","requestId":"[id]"},"accepted":0,"refused":[{"index":0,"id":"e1","code":"event_not_allowed","path":"events[0].name","message":"the API key may not send events of this name"},{"index":1,"id":"e2","code":"event_not_allowed","path":"events[1].name","message":"the API key may not send events of this name"}]}"#);
    assert_eq!(tenant.chunks().await, 0);
}

#[tokio::test]
async fn events_of_different_hours_and_days_are_all_in_the_timeline_newest_first() {
    const HOUR: i64 = 3_600_000;
    let tenant = Weir::shared().await.tenant().await;
    let ages = [30 * HOUR, 0, 5 * HOUR, 365 * 24 * HOUR, HOUR];
    assert_snapshot!(tenant.batch(&ages.map(|age| event(&tenant, age))).await, @"204");
    assert_eq!(tenant.chunks().await, 5);
    let mut sorted = ages;
    sorted.sort_unstable();
    let expected = sorted.map(|age| format!("e{age}"));
    assert_eq!(tenant.timeline_of("ann", 5).await.texts("id"), expected);
}
