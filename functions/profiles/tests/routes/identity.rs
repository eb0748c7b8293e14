//! Anonymous ids become known users.

use event::Clock as _;
use serde_json::json;

use crate::{identify, names, start, track};

#[tokio::test]
async fn linking_merges_properties_and_timelines() {
    let (mut app, key) = start().await;
    let now = app.clock.now().as_millis();
    track(
        &app,
        &key,
        &[
            json!({"name": "visit", "anonymousId": "dev-1", "timestamp": now - 3}),
            json!({"name": "buy", "userId": "ann", "timestamp": now - 1}),
        ],
    )
    .await;
    identify(
        &app,
        &key,
        json!({"anonymousId": "dev-1", "properties": {"theme": "dark"}}),
    )
    .await;
    app.project().await;
    assert_eq!(names(&app, &key, "ann").await, ["buy"]);

    let link = json!({"userId": "ann", "anonymousId": "dev-1", "properties": {"plan": "team"}});
    identify(&app, &key, link).await;
    let profile = app.get("/profile/ann").key(&key).send().await.json();
    assert_eq!(profile["anonymousIds"], json!(["dev-1"]));
    assert_eq!(
        profile["properties"],
        json!({"theme": "dark", "plan": "team"})
    );
    assert_eq!(names(&app, &key, "ann").await, ["buy", "visit"]);

    // Later events and updates of the device belong to the user too.
    track(
        &app,
        &key,
        &[json!({"name": "return", "anonymousId": "dev-1", "timestamp": now})],
    )
    .await;
    identify(
        &app,
        &key,
        json!({"anonymousId": "dev-1", "properties": {"theme": "light"}}),
    )
    .await;
    app.project().await;
    assert_eq!(names(&app, &key, "ann").await, ["return", "buy", "visit"]);
    let profile = app.get("/profile/ann").key(&key).send().await.json();
    assert_eq!(profile["properties"]["theme"], "light");
}

#[tokio::test]
async fn the_first_link_of_an_anonymous_id_wins() {
    let (app, key) = start().await;
    for user in ["ann", "ben"] {
        identify(&app, &key, json!({"userId": user, "anonymousId": "dev-1"})).await;
    }
    let linked = async |user: &str| {
        let answer = app.get(&format!("/profile/{user}")).key(&key).send().await;
        answer.json()["anonymousIds"].clone()
    };
    assert_eq!(linked("ann").await, json!(["dev-1"]));
    assert_eq!(linked("ben").await, json!([]));
}

#[tokio::test]
async fn a_user_may_have_many_devices() {
    let (app, key) = start().await;
    for device in ["dev-2", "dev-1", "dev-3"] {
        identify(&app, &key, json!({"userId": "ann", "anonymousId": device})).await;
    }
    let profile = app.get("/profile/ann").key(&key).send().await.json();
    assert_eq!(profile["anonymousIds"], json!(["dev-1", "dev-2", "dev-3"]));
}
