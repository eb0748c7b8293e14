//! Deleting a user, and that nothing old comes back.

use std::time::Duration;

use event::Clock as _;
use serde_json::json;

use crate::{identify, names, start, track};

#[tokio::test]
async fn a_deleted_user_is_gone_with_links_and_timeline() {
    let (mut app, key) = start().await;
    identify(
        &app,
        &key,
        json!({"userId": "ann", "anonymousId": "dev-1", "properties": {"a": 1}}),
    )
    .await;
    track(
        &app,
        &key,
        &[
            json!({"name": "buy", "userId": "ann"}),
            json!({"name": "visit", "anonymousId": "dev-1"}),
        ],
    )
    .await;
    app.project().await;
    app.clock.advance(Duration::from_secs(1));
    let answer = app
        .to_profiles("DELETE", "/profile/ann")
        .key(&key)
        .send()
        .await;
    assert_eq!(answer.shown(), "204 ");
    for path in ["/profile/ann", "/profile/ann/events"] {
        assert_eq!(app.get(path).key(&key).send().await.status, 404, "{path}");
    }
    // Deleting again is as good as having deleted.
    assert_eq!(
        app.to_profiles("DELETE", "/profile/ann")
            .key(&key)
            .send()
            .await
            .status,
        204
    );
}

#[tokio::test]
async fn a_late_projection_does_not_bring_a_deleted_user_back() {
    let (mut app, key) = start().await;
    track(&app, &key, &[json!({"name": "buy", "userId": "ann"})]).await;
    app.clock.advance(Duration::from_secs(1));
    app.to_profiles("DELETE", "/profile/ann")
        .key(&key)
        .send()
        .await;
    app.project().await;
    assert_eq!(
        app.get("/profile/ann/events").key(&key).send().await.status,
        404
    );
}

#[tokio::test]
async fn an_update_from_before_the_deletion_is_ignored() {
    let (app, key) = start().await;
    let before = app.clock.now().as_millis();
    identify(&app, &key, json!({"userId": "ann", "properties": {"a": 1}})).await;
    app.clock.advance(Duration::from_secs(1));
    app.to_profiles("DELETE", "/profile/ann")
        .key(&key)
        .send()
        .await;
    app.clock.advance(Duration::from_secs(1));
    let late = json!({"userId": "ann", "timestamp": before, "properties": {"a": 2}});
    identify(&app, &key, late).await;
    assert_eq!(app.get("/profile/ann").key(&key).send().await.status, 404);
}

#[tokio::test]
async fn what_is_received_after_a_deletion_starts_afresh() {
    let (mut app, key) = start().await;
    identify(
        &app,
        &key,
        json!({"userId": "ann", "properties": {"old": 1}}),
    )
    .await;
    track(&app, &key, &[json!({"name": "old", "userId": "ann"})]).await;
    app.project().await;
    app.clock.advance(Duration::from_secs(1));
    app.to_profiles("DELETE", "/profile/ann")
        .key(&key)
        .send()
        .await;
    app.clock.advance(Duration::from_secs(1));
    identify(
        &app,
        &key,
        json!({"userId": "ann", "properties": {"new": 1}}),
    )
    .await;
    track(&app, &key, &[json!({"name": "new", "userId": "ann"})]).await;
    app.project().await;
    let profile = app.get("/profile/ann").key(&key).send().await.json();
    assert_eq!(profile["properties"], json!({"new": 1}));
    assert_eq!(names(&app, &key, "ann").await, ["new"]);
}

#[tokio::test]
async fn a_device_that_never_had_a_user_can_be_read_and_deleted() {
    let (mut app, key) = start().await;
    let of_device = json!({"anonymousId": "dev-1", "properties": {"theme": "dark"}});
    identify(&app, &key, of_device).await;
    track(
        &app,
        &key,
        &[json!({"name": "visit", "anonymousId": "dev-1"})],
    )
    .await;
    app.project().await;
    let profile = app.get("/profile/dev-1").key(&key).send().await;
    insta::assert_snapshot!(profile.shown(), @r#"200 {"id":"dev-1","anonymousIds":[],"properties":{"theme":"dark"},"computedProperties":{},"segments":[]}"#);
    assert_eq!(names(&app, &key, "dev-1").await, ["visit"]);
    app.clock.advance(Duration::from_secs(1));
    let answer = app
        .to_profiles("DELETE", "/profile/dev-1")
        .key(&key)
        .send()
        .await;
    assert_eq!(answer.shown(), "204 ");
    for path in ["/profile/dev-1", "/profile/dev-1/events"] {
        assert_eq!(app.get(path).key(&key).send().await.status, 404, "{path}");
    }
    // A later link does not bring it back.
    app.clock.advance(Duration::from_secs(1));
    let link = json!({"userId": "ann", "anonymousId": "dev-1"});
    identify(&app, &key, link).await;
    assert_eq!(names(&app, &key, "ann").await, [""; 0]);
    let profile = app.get("/profile/ann").key(&key).send().await.json();
    assert_eq!(profile["properties"], json!({}));
}

#[tokio::test]
async fn a_linked_device_shows_and_loses_its_own_part_and_its_user_stays() {
    let (mut app, key) = start().await;
    let link = json!({"userId": "ann", "anonymousId": "dev-1", "properties": {"plan": "team"}});
    identify(&app, &key, link).await;
    track(
        &app,
        &key,
        &[
            json!({"name": "visit", "anonymousId": "dev-1"}),
            json!({"name": "buy", "userId": "ann"}),
        ],
    )
    .await;
    app.project().await;
    assert_eq!(names(&app, &key, "dev-1").await, ["visit"]);
    let profile = app.get("/profile/dev-1").key(&key).send().await.json();
    assert_eq!(profile["properties"], json!({}));
    app.clock.advance(Duration::from_secs(1));
    app.to_profiles("DELETE", "/profile/dev-1")
        .key(&key)
        .send()
        .await;
    assert_eq!(names(&app, &key, "ann").await, ["buy"]);
    let profile = app.get("/profile/ann").key(&key).send().await.json();
    assert_eq!(profile["anonymousIds"], json!([]));
    assert_eq!(app.get("/profile/dev-1").key(&key).send().await.status, 404);
}
