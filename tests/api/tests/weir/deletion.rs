//! `DELETE /profile/{userId}`.

use api::{Function, Weir};
use insta::assert_snapshot;
use serde_json::json;

#[tokio::test]
async fn deleting_removes_the_profile_its_links_and_its_timeline() {
    let tenant = Weir::shared().await.tenant().await;
    let update = json!({"userId": "ann", "anonymousId": "device", "properties": {"plan": "team"}});
    tenant.identify(&update).await;
    tenant
        .track(&json!({"name": "seen", "userId": "ann"}))
        .await;
    tenant
        .track(&json!({"name": "seen", "anonymousId": "device"}))
        .await;
    tenant.timeline_of("ann", 2).await;
    assert_snapshot!(tenant.reader().delete("/profile/ann").await, @"204");
    assert_snapshot!(tenant.profile("ann").await, @r#"404 {"error":{"code":"not_found","message":"there is nothing here","requestId":"[id]"}}"#);
    assert_snapshot!(tenant.reader().get("/profile/ann/events").await, @r#"404 {"error":{"code":"not_found","message":"there is nothing here","requestId":"[id]"}}"#);
    assert_eq!(
        tenant.reader().get("/profile/device/events").await.status,
        404
    );
}

#[tokio::test]
async fn a_device_that_never_had_a_user_can_be_deleted() {
    let tenant = Weir::shared().await.tenant().await;
    let update = json!({"anonymousId": "device", "properties": {"theme": "dark"}});
    tenant.identify(&update).await;
    assert_eq!(tenant.profile("device").await.status, 200);
    assert_snapshot!(tenant.reader().delete("/profile/device").await, @"204");
    assert_eq!(tenant.profile("device").await.status, 404);
}

#[tokio::test]
async fn deleting_again_or_a_user_nobody_knows_is_a_success() {
    let tenant = Weir::shared().await.tenant().await;
    tenant
        .identify(&json!({"userId": "ann", "properties": {}}))
        .await;
    for user in ["ann", "ann", "nobody"] {
        let answer = tenant.reader().delete(&format!("/profile/{user}")).await;
        assert_eq!(answer.status, 204, "{user}: {answer}");
    }
}

#[tokio::test]
async fn what_is_received_after_the_deletion_starts_afresh() {
    let tenant = Weir::shared().await.tenant().await;
    let update = json!({"userId": "ann", "anonymousId": "device", "properties": {"plan": "team"}});
    tenant.identify(&update).await;
    tenant.track(&json!({"name": "old", "userId": "ann"})).await;
    tenant.timeline_of("ann", 1).await;
    tenant.reader().delete("/profile/ann").await;
    tenant.track(&json!({"name": "new", "userId": "ann"})).await;
    tenant
        .identify(&json!({"userId": "ann", "properties": {"city": "Oslo"}}))
        .await;
    assert_eq!(tenant.timeline_of("ann", 1).await.texts("name"), ["new"]);
    assert_snapshot!(tenant.profile("ann").await, @r#"200 {"id":"ann","anonymousIds":[],"properties":{"city":"Oslo"},"computedProperties":{},"segments":[]}"#);
}

#[tokio::test]
async fn an_update_that_is_older_than_the_deletion_is_ignored() {
    let tenant = Weir::shared().await.tenant().await;
    tenant
        .identify(&json!({"userId": "ann", "properties": {"plan": "team"}}))
        .await;
    let before = tenant.ago(1);
    tenant.reader().delete("/profile/ann").await;
    let late = json!({"userId": "ann", "timestamp": before, "properties": {"plan": "late"}});
    assert_eq!(tenant.identify(&late).await.status, 204);
    let profile = tenant.profile("ann").await;
    assert!(!profile.body.contains("late"), "{profile}");
}

#[tokio::test]
async fn a_late_projection_does_not_bring_a_deleted_user_back() {
    let weir = Weir::exclusive().await;
    let tenant = weir.tenant().await;
    weir.kill(Function::Projector);
    tenant
        .track(&json!({"name": "seen", "userId": "ann"}))
        .await;
    tenant
        .identify(&json!({"userId": "ann", "anonymousId": "device"}))
        .await;
    tenant
        .track(&json!({"name": "seen", "anonymousId": "device"}))
        .await;
    assert_eq!(tenant.reader().delete("/profile/ann").await.status, 204);
    weir.start(Function::Projector).await;
    tenant.projected().await;
    assert_eq!(tenant.profile("ann").await.status, 404);
    assert_eq!(tenant.reader().get("/profile/ann/events").await.status, 404);
}

#[tokio::test]
async fn a_write_only_key_deletes_nothing() {
    let tenant = Weir::shared().await.tenant().await;
    tenant
        .identify(&json!({"userId": "ann", "properties": {}}))
        .await;
    assert_snapshot!(tenant.writer().delete("/profile/ann").await, @r#"403 {"error":{"code":"scope_missing","message":"the API key is of a kind that may not do this","requestId":"[id]"}}"#);
    assert_eq!(tenant.profile("ann").await.status, 200);
}
