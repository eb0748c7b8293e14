//! `POST /profile` and `GET /profile/{userId}`.

use api::Weir;
use insta::assert_snapshot;
use serde_json::json;

#[tokio::test]
async fn the_read_after_an_update_sees_it() {
    let tenant = Weir::shared().await.tenant().await;
    let update = json!({"userId": "ann", "properties": {"email": "ann@example.com", "age": 41}});
    assert_snapshot!(tenant.identify(&update).await, @"204");
    assert_snapshot!(tenant.profile("ann").await, @r#"200 {"id":"ann","anonymousIds":[],"properties":{"age":41,"email":"ann@example.com"},"computedProperties":{},"segments":[]}"#);
    let update = json!({"userId": "ann", "properties": {"age": 42}});
    assert_snapshot!(tenant.identify(&update).await, @"204");
    assert_snapshot!(tenant.profile("ann").await, @r#"200 {"id":"ann","anonymousIds":[],"properties":{"age":42,"email":"ann@example.com"},"computedProperties":{},"segments":[]}"#);
}

#[tokio::test]
async fn the_latest_timestamp_wins_per_property_whatever_the_order_of_arrival() {
    let tenant = Weir::shared().await.tenant().await;
    for (age, properties) in [
        (2_000, json!({"plan": "team", "seats": 5})),
        (1_000, json!({"plan": "company"})),
        (3_000, json!({"plan": "free", "seats": 1, "city": "Oslo"})),
    ] {
        let update =
            json!({"userId": "ann", "timestamp": tenant.ago(age), "properties": properties});
        assert_eq!(tenant.identify(&update).await.status, 204);
    }
    let profile = tenant.profile("ann").await.json();
    assert_eq!(
        profile["properties"],
        json!({"plan": "company", "seats": 5, "city": "Oslo"})
    );
}

#[tokio::test]
async fn a_user_known_only_from_events_has_a_profile_without_properties() {
    let tenant = Weir::shared().await.tenant().await;
    tenant
        .track(&json!({"name": "seen", "userId": "ann"}))
        .await;
    tenant.timeline_of("ann", 1).await;
    assert_snapshot!(tenant.profile("ann").await, @r#"200 {"id":"ann","anonymousIds":[],"properties":{},"computedProperties":{},"segments":[]}"#);
}

#[tokio::test]
async fn an_unknown_user_is_not_found() {
    let tenant = Weir::shared().await.tenant().await;
    assert_snapshot!(tenant.profile("nobody").await, @r#"404 {"error":{"code":"not_found","message":"there is nothing here","requestId":"[id]"}}"#);
    assert_snapshot!(tenant.reader().get("/profile/nobody/events").await, @r#"404 {"error":{"code":"not_found","message":"there is nothing here","requestId":"[id]"}}"#);
}

#[tokio::test]
async fn a_workspace_never_sees_the_users_of_another() {
    let weir = Weir::shared().await;
    let (one, other) = (weir.tenant().await, weir.tenant().await);
    one.identify(&json!({"userId": "ann", "properties": {"plan": "team"}}))
        .await;
    one.track(&json!({"name": "seen", "userId": "ann"})).await;
    one.timeline_of("ann", 1).await;
    assert_eq!(other.profile("ann").await.status, 404);
    assert_eq!(other.reader().get("/profile/ann/events").await.status, 404);
    assert_eq!(other.reader().delete("/profile/ann").await.status, 204);
    assert_eq!(one.profile("ann").await.status, 200);
}

#[tokio::test]
async fn a_user_id_may_hold_what_an_address_must_encode() {
    let tenant = Weir::shared().await.tenant().await;
    for (user, encoded) in [
        ("ann@example.com", "ann%40example.com"),
        ("a b+c", "a%20b%2Bc"),
        ("org/7", "org%2F7"),
        ("100%", "100%25"),
        ("Åsa ✓", "%C3%85sa%20%E2%9C%93"),
    ] {
        tenant
            .identify(&json!({"userId": user, "properties": {"a": 1}}))
            .await;
        let answer = tenant.profile(encoded).await;
        assert_eq!(answer.status, 200, "{user}: {answer}");
        assert_eq!(answer.json()["id"], user);
    }
}

#[tokio::test]
async fn updates_that_arrive_at_once_lose_nothing() {
    let tenant = Weir::shared().await.tenant().await;
    let names: Vec<String> = (0..8).map(|number| format!("p{number}")).collect();
    let update = |name: &str| {
        let update = json!({"userId": "ann", "properties": {name: true}});
        let writer = tenant.writer();
        async move { writer.post("/profile", &update).await.status }
    };
    let updates: Vec<_> = names
        .iter()
        .map(|name| tokio::spawn(update(name)))
        .collect();
    for update in updates {
        assert_eq!(update.await.unwrap(), 204);
    }
    let profile = tenant.profile("ann").await.json();
    let properties: Vec<_> = profile["properties"].as_object().unwrap().keys().collect();
    assert_eq!(properties, names.iter().collect::<Vec<_>>());
}

#[tokio::test]
async fn profile_updates_are_no_events_of_the_timeline() {
    let tenant = Weir::shared().await.tenant().await;
    tenant
        .identify(&json!({"userId": "ann", "properties": {"a": 1}}))
        .await;
    tenant
        .track(&json!({"name": "seen", "userId": "ann"}))
        .await;
    tenant.projected().await;
    assert_eq!(tenant.timeline("ann").await.texts("name"), ["seen"]);
}
