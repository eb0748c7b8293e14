//! `GET /profile/{userId}/events`.

use api::{Timeline, Weir, now};
use insta::assert_snapshot;
use serde_json::{Value, json};

#[tokio::test]
async fn an_event_comes_back_with_all_it_was_sent_with_and_where_it_came_from() {
    let tenant = Weir::shared().await.tenant().await;
    let sent = json!({
        "id": "e1", "name": "order_placed", "userId": "ann", "anonymousId": "device",
        "sessionId": "s1", "externalId": "x1", "timestamp": tenant.ago(1_000),
        "properties": {"total": 12.5, "items": ["tea", null, {"deep": true}]},
        "deviceData": {"os": "Linux"},
    });
    let before = now().as_millis();
    tenant.track(&sent).await;
    let after = now().as_millis();
    let timeline = tenant.timeline_of("ann", 1).await;
    let event = timeline.events[0].as_object().unwrap();
    for (member, value) in sent.as_object().unwrap() {
        assert_eq!(event.get(member), Some(value), "{member}");
    }
    assert_eq!(event["source"], "userflux");
    assert_eq!(event["keyId"], tenant.write_only.id.as_str());
    assert!((before..=after).contains(&event["receivedAt"].as_i64().unwrap()));
    assert_eq!(timeline.next, None);
}

#[tokio::test]
async fn an_event_without_a_time_has_the_time_of_its_receipt() {
    let tenant = Weir::shared().await.tenant().await;
    let before = now().as_millis();
    tenant
        .track(&json!({"name": "seen", "userId": "ann"}))
        .await;
    let after = now().as_millis();
    let timeline = tenant.timeline_of("ann", 1).await;
    let time = timeline.events[0]["timestamp"].as_i64().unwrap();
    assert!((before..=after).contains(&time));
}

async fn pages(tenant: &api::Tenant<'_>, query: &str) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/profile/ann/events?{query}{cursor}");
        let page = Timeline::of(&tenant.reader().get(&path).await);
        pages.push(page.texts("id"));
        let Some(next) = page.next else {
            return pages;
        };
        cursor = format!("&cursor={next}");
    }
}

#[tokio::test]
async fn pages_follow_each_other_without_a_gap_or_a_repetition() {
    let tenant = Weir::shared().await.tenant().await;
    let newest = tenant.ago(0);
    // Of equal times too, in several windows, some of them overlapping.
    let events: Vec<Value> = (0..60)
        .map(|n| {
            let time = newest - (n / 4) * 1_000;
            json!({"id": format!("e{n}"), "name": "a", "userId": "ann", "timestamp": time})
        })
        .collect();
    for part in 0..3 {
        let part: Vec<Value> = events.iter().skip(part).step_by(3).cloned().collect();
        assert_eq!(tenant.batch(&part).await.status, 204);
        tenant.projected().await;
    }
    let whole = tenant.timeline_of("ann", 60).await.texts("id");
    assert_eq!(whole.len(), 60);
    for limit in [1, 7, 59, 60, 1_000] {
        let pages = pages(&tenant, &format!("limit={limit}")).await;
        assert!(pages.iter().all(|page| page.len() <= limit), "{limit}");
        assert_eq!(pages.concat(), whole, "{limit}");
    }
}

#[tokio::test]
async fn a_timeline_can_be_of_one_event_name() {
    let tenant = Weir::shared().await.tenant().await;
    let events: Vec<Value> = (0..30)
        .map(|n| {
            let name = if n % 10 == 0 { "rare event" } else { "common" };
            json!({"id": format!("e{n}"), "name": name, "userId": "ann", "timestamp": tenant.ago(n)})
        })
        .collect();
    tenant.batch(&events).await;
    tenant.timeline_of("ann", 30).await;
    let found = pages(&tenant, "name=rare%20event&limit=2").await;
    assert_eq!(found.concat(), ["e0", "e10", "e20"]);
    assert_eq!(
        pages(&tenant, "name=never").await.concat(),
        [] as [String; 0]
    );
}

#[tokio::test]
async fn a_parameter_that_makes_no_sense_is_named() {
    let tenant = Weir::shared().await.tenant().await;
    tenant
        .track(&json!({"name": "seen", "userId": "ann"}))
        .await;
    tenant.timeline_of("ann", 1).await;
    let answers = async |query: &str| {
        tenant
            .reader()
            .get(&format!("/profile/ann/events?{query}"))
            .await
    };
    assert_snapshot!(answers("limit=0").await, @r#"400 {"error":{"code":"invalid_parameter","message":"limit: must be a whole number from 1 to 1000","requestId":"[id]"}}"#);
    assert_snapshot!(answers("limit=1001").await, @r#"400 {"error":{"code":"invalid_parameter","message":"limit: must be a whole number from 1 to 1000","requestId":"[id]"}}"#);
    assert_snapshot!(answers("limit=many").await, @r#"400 {"error":{"code":"invalid_parameter","message":"limit: must be a whole number from 1 to 1000","requestId":"[id]"}}"#);
    assert_snapshot!(answers("cursor=nonsense").await, @r#"400 {"error":{"code":"invalid_parameter","message":"cursor: is not one that was given out here","requestId":"[id]"}}"#);
}
