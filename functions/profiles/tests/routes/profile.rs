//! What a read gives back of what was sent.

use event::Clock as _;
use serde_json::json;

use crate::{identify, start, track};

#[tokio::test]
async fn a_read_right_after_an_update_sees_it() {
    let (app, key) = start().await;
    let update = json!({
        "userId": "ann",
        "properties": {"email": "ann@example.com", "age": 41, "tags": ["a", null]},
        "deviceData": {"os": "Linux"}
    });
    identify(&app, &key, update).await;
    let answer = app.get("/profile/ann").key(&key).send().await;
    assert_eq!(answer.status, 200);
    insta::assert_json_snapshot!(answer.json(), @r#"
    {
      "anonymousIds": [],
      "computedProperties": {},
      "deviceData": {
        "os": "Linux"
      },
      "id": "ann",
      "properties": {
        "age": 41,
        "email": "ann@example.com",
        "tags": [
          "a",
          null
        ]
      },
      "segments": []
    }
    "#);
}

#[tokio::test]
async fn numbers_beyond_2_53_and_any_text_survive() {
    let (app, key) = start().await;
    let update = r#"{"userId":"ann","properties":{"n":123456789012345678901,"t":"h\u00e9 ✓ 😀"}}"#;
    app.post("/profile").key(&key).text(update).send().await;
    let body = app.get("/profile/ann").key(&key).send().await.body;
    assert!(body.contains(r#""n":123456789012345678901"#), "{body}");
    assert!(body.contains(r#""t":"h\u00e9 ✓ 😀""#), "{body}");
}

#[tokio::test]
async fn each_property_keeps_its_latest_value_in_whatever_order_updates_arrive() {
    let (app, key) = start().await;
    let now = app.clock.now().as_millis();
    let at = |ago: i64, properties| json!({"userId": "ann", "timestamp": now - ago, "properties": properties});
    identify(&app, &key, at(10, json!({"plan": "team", "seats": 5}))).await;
    identify(&app, &key, at(20, json!({"plan": "free", "city": "Bern"}))).await;
    identify(&app, &key, at(5, json!({"seats": 6}))).await;
    let profile = app.get("/profile/ann").key(&key).send().await.json();
    assert_eq!(
        profile["properties"],
        json!({"plan": "team", "seats": 6, "city": "Bern"})
    );
}

#[tokio::test]
async fn a_user_known_only_from_events_has_an_empty_profile() {
    let (mut app, key) = start().await;
    track(&app, &key, &[json!({"name": "x", "userId": "ben"})]).await;
    app.project().await;
    let answer = app.get("/profile/ben").key(&key).send().await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json()["properties"], json!({}));
    assert_eq!(
        app.get("/profile/ben/events").key(&key).send().await.status,
        200
    );
}

#[tokio::test]
async fn nobody_is_404() {
    let (app, key) = start().await;
    for path in ["/profile/nobody", "/profile/nobody/events"] {
        let answer = app.get(path).key(&key).send().await;
        assert_eq!((answer.status, answer.code().as_str()), (404, "not_found"));
    }
}

#[tokio::test]
async fn ids_with_any_characters_are_found_again() {
    let (app, key) = start().await;
    for (id, path) in [
        ("a b?#ü", "a%20b%3F%23%C3%BC"),
        ("ann@example.com", "ann@example.com"),
    ] {
        identify(&app, &key, json!({"userId": id, "properties": {"k": 1}})).await;
        let answer = app.get(&format!("/profile/{path}")).key(&key).send().await;
        assert_eq!(answer.json()["id"], id);
    }
}

#[tokio::test]
async fn updates_that_race_all_count() {
    let (app, key) = start().await;
    let calls: Vec<_> = (0..10)
        .map(|n| {
            let update = json!({"userId": "ann", "properties": {format!("p{n}"): n}});
            tokio::spawn(app.post("/profile").key(&key).json(&update).send())
        })
        .collect();
    for call in calls {
        assert_eq!(call.await.unwrap().status, 204);
    }
    let profile = app.get("/profile/ann").key(&key).send().await.json();
    assert_eq!(profile["properties"].as_object().unwrap().len(), 10);
}

#[tokio::test]
async fn a_profile_that_no_answer_can_hold_is_said_to_be_too_large() {
    let (app, key) = start().await;
    let text = "\\".repeat(125_000);
    for device in 0..12 {
        let id = format!("dev-{device}");
        identify(&app, &key, json!({"userId": "ann", "anonymousId": id})).await;
        let name = format!("p{device}");
        let update = json!({"anonymousId": id, "properties": {name: text}});
        identify(&app, &key, update).await;
    }
    let answer = app.get("/profile/ann").key(&key).send().await;
    insta::assert_snapshot!(answer.shown(), @r#"413 {"error":{"code":"too_large","message":"the profile with everything linked has more than the 5 MB of an answer","requestId":"test-request"}}"#);
}
