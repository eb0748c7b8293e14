//! Each event counts once, however often it is sent.

use api::{Tenant, Weir};
use reqwest::Method;
use serde_json::{Value, json};

fn with_id(id: &str, time: i64) -> Value {
    json!({"id": id, "name": "step", "userId": "ann", "timestamp": time})
}

async fn send(tenant: &Tenant<'_>, events: &[Value]) {
    let answer = tenant.batch(events).await;
    assert_eq!(answer.status, 204, "{answer}");
}

async fn settled(tenant: &Tenant<'_>) -> Vec<String> {
    tenant.projected().await;
    tenant.timeline("ann").await.texts("id")
}

#[tokio::test]
async fn the_same_request_sent_twice_is_stored_once_and_is_a_success_both_times() {
    let tenant = Weir::shared().await.tenant().await;
    let events = [with_id("a", tenant.ago(1)), with_id("b", tenant.ago(2))];
    for _ in 0..2 {
        send(&tenant, &events).await;
    }
    assert_eq!(tenant.chunks().await, 1);
    assert_eq!(settled(&tenant).await, ["a", "b"]);
}

#[tokio::test]
async fn ten_clients_that_send_the_same_at_once_all_succeed_and_it_is_stored_once() {
    let tenant = Weir::shared().await.tenant().await;
    let body = json!({"events": [with_id("a", tenant.ago(1)), with_id("b", tenant.ago(2))]});
    let send = || {
        let (writer, body) = (tenant.writer(), body.clone());
        tokio::spawn(async move { writer.post("/event/ingest/batch", &body).await.status })
    };
    let clients: Vec<_> = (0..10).map(|_| send()).collect();
    for client in clients {
        assert_eq!(client.await.unwrap(), 204);
    }
    assert_eq!(tenant.chunks().await, 1);
    assert_eq!(settled(&tenant).await, ["a", "b"]);
}

#[tokio::test]
async fn a_retry_that_carries_more_events_stores_the_new_ones() {
    let tenant = Weir::shared().await.tenant().await;
    let [a, b, c] = [1, 2, 3].map(|n| with_id(&format!("e{n}"), tenant.ago(n)));
    send(&tenant, &[a.clone(), b.clone()]).await;
    send(&tenant, &[a, b, c]).await;
    assert_eq!(settled(&tenant).await, ["e1", "e2", "e3"]);
}

#[tokio::test]
async fn an_event_re_sent_in_another_batch_appears_once() {
    let tenant = Weir::shared().await.tenant().await;
    let events: Vec<Value> = (0..6)
        .map(|n| with_id(&format!("e{n}"), tenant.ago(n)))
        .collect();
    send(&tenant, &events[..4]).await;
    // Another projection, so that the copies lie in different timeline items.
    tenant.projected().await;
    send(&tenant, &events[2..]).await;
    send(&tenant, &[events[3].clone(), events[0].clone()]).await;
    assert_eq!(settled(&tenant).await, ["e0", "e1", "e2", "e3", "e4", "e5"]);
}

#[tokio::test]
async fn an_event_without_an_id_is_recognised_by_its_content() {
    let tenant = Weir::shared().await.tenant().await;
    let time = tenant.ago(5);
    let event = |total: f64| json!({"name": "paid", "userId": "ann", "timestamp": time, "properties": {"total": total}});
    send(&tenant, &[event(1.0), event(2.0)]).await;
    tenant.projected().await;
    send(&tenant, &[event(2.0), event(3.0)]).await;
    assert_eq!(tenant.track(&event(1.0)).await.status, 204);
    tenant.projected().await;
    let mut totals: Vec<String> = tenant
        .timeline("ann")
        .await
        .each("properties")
        .iter()
        .map(|properties| properties["total"].to_string())
        .collect();
    totals.sort_unstable();
    assert_eq!(totals, ["1.0", "2.0", "3.0"]);
}

#[tokio::test]
async fn the_same_event_twice_in_one_batch_counts_once() {
    let tenant = Weir::shared().await.tenant().await;
    let event = with_id("a", tenant.ago(1));
    send(&tenant, &[event.clone(), event]).await;
    assert_eq!(settled(&tenant).await, ["a"]);
}

#[tokio::test]
async fn an_idempotency_key_covers_events_without_id_and_time() {
    let tenant = Weir::shared().await.tenant().await;
    let body = json!({"events": [{"name": "a", "userId": "ann"}, {"name": "b", "userId": "ann"}]});
    let send = async |key: &str| {
        let request = tenant
            .writer()
            .request(Method::POST, "/event/ingest/batch")
            .header("idempotency-key", key)
            .json(&body);
        let answer = tenant.client().send(request).await;
        assert_eq!(answer.status, 204, "{answer}");
    };
    send("first").await;
    tenant.projected().await;
    send("first").await;
    tenant.projected().await;
    assert_eq!(tenant.timeline("ann").await.events.len(), 2);
    send("second").await;
    assert_eq!(tenant.timeline_of("ann", 3).await.events.len(), 4);
}

#[tokio::test]
async fn a_profile_update_sent_twice_is_stored_once() {
    let tenant = Weir::shared().await.tenant().await;
    let update =
        json!({"userId": "ann", "timestamp": tenant.ago(1), "properties": {"plan": "team"}});
    for _ in 0..2 {
        assert_eq!(tenant.identify(&update).await.status, 204);
    }
    assert_eq!(tenant.chunks().await, 1);
}

#[tokio::test]
async fn a_request_that_spans_hours_is_stored_once_when_it_is_sent_again() {
    const HOUR: i64 = 3_600_000;
    let tenant = Weir::shared().await.tenant().await;
    let ages = [0, HOUR, 26 * HOUR, 26 * HOUR + 1];
    let now = tenant.ago(0) / HOUR * HOUR;
    let events = ages.map(|age| with_id(&format!("e{age}"), now - age));
    for _ in 0..3 {
        send(&tenant, &events).await;
    }
    // The last two: one before the hour, one after.
    assert_eq!(tenant.chunks().await, 4);
    assert_eq!(settled(&tenant).await, ages.map(|age| format!("e{age}")));
}

#[tokio::test]
async fn the_same_event_of_another_workspace_is_another_event() {
    let weir = Weir::shared().await;
    let (one, other) = (weir.tenant().await, weir.tenant().await);
    let event = with_id("a", one.ago(1));
    send(&one, std::slice::from_ref(&event)).await;
    send(&other, &[event]).await;
    assert_eq!(settled(&one).await, ["a"]);
    assert_eq!(settled(&other).await, ["a"]);
}
