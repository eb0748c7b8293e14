//! Anonymous devices and known users.

use api::{Tenant, Weir};
use insta::assert_snapshot;
use serde_json::json;

async fn link(tenant: &Tenant<'_>, user: &str, anonymous: &str) {
    let update = json!({"userId": user, "anonymousId": anonymous});
    let answer = tenant.identify(&update).await;
    assert_eq!(answer.status, 204, "{answer}");
}

#[tokio::test]
async fn linking_merges_the_properties_of_the_device_and_the_latest_wins() {
    let tenant = Weir::shared().await.tenant().await;
    for (id, user, age, properties) in [
        (
            "anonymousId",
            "device",
            2_000,
            json!({"plan": "free", "referrer": "news"}),
        ),
        ("userId", "ann", 1_000, json!({"plan": "team"})),
    ] {
        let update = json!({id: user, "timestamp": tenant.ago(age), "properties": properties});
        assert_eq!(tenant.identify(&update).await.status, 204);
    }
    link(&tenant, "ann", "device").await;
    assert_snapshot!(tenant.profile("ann").await, @r#"200 {"id":"ann","anonymousIds":["device"],"properties":{"plan":"team","referrer":"news"},"computedProperties":{},"segments":[]}"#);
}

#[tokio::test]
async fn later_updates_of_a_linked_device_count_for_the_user() {
    let tenant = Weir::shared().await.tenant().await;
    link(&tenant, "ann", "device").await;
    tenant
        .identify(&json!({"anonymousId": "device", "properties": {"theme": "dark"}}))
        .await;
    assert_snapshot!(tenant.profile("ann").await, @r#"200 {"id":"ann","anonymousIds":["device"],"properties":{"theme":"dark"},"computedProperties":{},"segments":[]}"#);
}

#[tokio::test]
async fn events_of_a_linked_device_are_in_the_users_timeline_earlier_ones_too() {
    let tenant = Weir::shared().await.tenant().await;
    tenant
        .track(&json!({"id": "1", "name": "before", "anonymousId": "device"}))
        .await;
    tenant.projected().await;
    link(&tenant, "ann", "device").await;
    tenant
        .track(&json!({"id": "2", "name": "after", "anonymousId": "device"}))
        .await;
    tenant
        .track(&json!({"id": "3", "name": "known", "userId": "ann"}))
        .await;
    let timeline = tenant.timeline_of("ann", 3).await;
    assert_eq!(timeline.texts("name"), ["known", "after", "before"]);
    assert_eq!(timeline.texts("anonymousId"), ["", "device", "device"]);
}

#[tokio::test]
async fn a_user_may_have_many_devices() {
    let tenant = Weir::shared().await.tenant().await;
    link(&tenant, "ann", "phone").await;
    link(&tenant, "ann", "laptop").await;
    tenant
        .track(&json!({"id": "1", "name": "a", "anonymousId": "phone"}))
        .await;
    tenant
        .track(&json!({"id": "2", "name": "b", "anonymousId": "laptop"}))
        .await;
    assert_eq!(tenant.timeline_of("ann", 2).await.texts("name"), ["b", "a"]);
    let profile = tenant.profile("ann").await.json();
    assert_eq!(profile["anonymousIds"], json!(["laptop", "phone"]));
}

#[tokio::test]
async fn the_first_link_of_a_device_wins_and_a_later_one_is_no_error() {
    let tenant = Weir::shared().await.tenant().await;
    link(&tenant, "ann", "device").await;
    link(&tenant, "bob", "device").await;
    tenant
        .track(&json!({"name": "seen", "anonymousId": "device"}))
        .await;
    assert_eq!(tenant.timeline_of("ann", 1).await.texts("name"), ["seen"]);
    assert_eq!(
        tenant.profile("bob").await.json()["anonymousIds"],
        json!([])
    );
    assert_eq!(
        tenant.timeline("bob").await.events,
        [] as [serde_json::Value; 0]
    );
}

#[tokio::test]
async fn linking_again_changes_nothing() {
    let tenant = Weir::shared().await.tenant().await;
    for _ in 0..3 {
        link(&tenant, "ann", "device").await;
    }
    assert_eq!(
        tenant.profile("ann").await.json()["anonymousIds"],
        json!(["device"])
    );
}

#[tokio::test]
async fn an_event_with_both_ids_belongs_to_the_user_alone_and_links_nothing() {
    let tenant = Weir::shared().await.tenant().await;
    let event = json!({"name": "seen", "userId": "ann", "anonymousId": "device"});
    tenant.track(&event).await;
    assert_eq!(
        tenant.timeline_of("ann", 1).await.texts("anonymousId"),
        ["device"]
    );
    assert_eq!(
        tenant.profile("ann").await.json()["anonymousIds"],
        json!([])
    );
}
