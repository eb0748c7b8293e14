//! DynamoDB throttled or away, and a panic's company.

use event::Signal;
use policy::KeyKind;
use serde_json::json;
use testkit::{Fault, TestApp};

#[tokio::test]
async fn a_throttled_store_is_answered_503_and_the_retry_stores_once() {
    let app = TestApp::start().await;
    let key = app.key(KeyKind::WriteOnly).await;
    let event = json!({"name": "x", "userId": "u", "timestamp": 1_795_240_000_000_i64});
    let send = || app.post("/event/ingest").key(&key).json(&event).send();

    let throttled = app
        .stand_in
        .faults()
        .inject(Fault::throttled().on_action("PutItem"));
    let answer = send().await;
    insta::assert_snapshot!(answer.shown(), @r#"503 {"error":{"code":"unavailable","message":"the store does not answer: try again later","requestId":"test-request"}}"#);
    assert!(answer.headers.contains_key("retry-after"));
    assert_eq!(throttled.hits(), 3, "attempts are bounded");
    throttled.clear();

    assert_eq!(send().await.status, 204);
    assert_eq!(app.log(Signal::Events).await.len(), 1);
}

#[tokio::test]
async fn a_lost_answer_of_the_store_does_not_double() {
    let app = TestApp::start().await;
    let key = app.key(KeyKind::WriteOnly).await;
    let event = json!({"name": "x", "userId": "u", "timestamp": 1_795_240_000_000_i64});
    app.stand_in
        .faults()
        .inject(Fault::answer_lost().on_action("PutItem").times(1));
    let answer = app
        .post("/event/ingest")
        .key(&key)
        .json(&event)
        .send()
        .await;
    assert_eq!(answer.status, 204);
    assert_eq!(app.log(Signal::Events).await.len(), 1);
}

#[tokio::test]
async fn a_store_that_is_away_is_answered_503() {
    let app = TestApp::start().await;
    let key = app.key(KeyKind::WriteOnly).await;
    app.stand_in.faults().inject(Fault::refused());
    let event = json!({"name": "x", "userId": "u"});
    let answer = app
        .post("/event/ingest")
        .key(&key)
        .json(&event)
        .send()
        .await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (503, "unavailable")
    );
}
