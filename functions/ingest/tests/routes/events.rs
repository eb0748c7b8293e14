//! What is accepted, what is refused, and what the answers say.

use std::time::Duration;

use event::{Clock as _, Signal, Timestamp};
use policy::{EventPattern, EventRules, KeyKind, Policy};
use serde_json::json;
use store::{AuditAction, WorkspaceSettings};
use testkit::TestApp;

fn only(names: &[&str]) -> Policy {
    let patterns = names
        .iter()
        .map(|name| EventPattern::parse(name).unwrap())
        .collect();
    Policy {
        events: EventRules::Only(patterns),
        ..Policy::default()
    }
}

#[tokio::test]
async fn an_accepted_event_is_in_the_log_when_the_answer_comes() {
    let app = TestApp::start().await;
    let key = app.key(KeyKind::WriteOnly).await;
    let body = r#"{"name":"order","userId":"u","properties":{"n": 9007199254740993}}"#;
    let answer = app
        .post("/event/ingest?locationEnrichment=true")
        .key(&key)
        .text(body)
        .send()
        .await;
    insta::assert_snapshot!(answer.shown(), @"204");

    let events = app.log(Signal::Events).await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].name, "order");
    assert_eq!(
        events[0].properties.as_deref(),
        Some(r#"{"n": 9007199254740993}"#)
    );
}

#[tokio::test]
async fn good_events_of_a_batch_are_stored_and_bad_ones_named() {
    let app = TestApp::start().await;
    let key = app
        .key_with(KeyKind::WriteOnly, only(&["login", "cart_*"]))
        .await;
    let batch = json!({"events": [
        {"name": "login", "userId": "u"},
        {"name": "logout", "userId": "u", "id": "m-1"},
        {"name": "cart_add", "userId": "u"},
        {"name": "cart_add", "userId": 7},
    ]});
    let answer = app
        .post("/event/ingest/batch")
        .key(&key)
        .json(&batch)
        .send()
        .await;
    assert_eq!(answer.status, 200);
    insta::assert_json_snapshot!(answer.json(), @r#"
    {
      "accepted": 2,
      "refused": [
        {
          "code": "event_not_allowed",
          "id": "m-1",
          "index": 1,
          "message": "the API key may not send events of this name",
          "path": "events[1].name"
        },
        {
          "code": "invalid_event",
          "index": 3,
          "message": "must be a string, not a number",
          "path": "events[3].userId"
        }
      ]
    }
    "#);
    assert_eq!(app.log(Signal::Events).await.len(), 2);
}

#[tokio::test]
async fn a_request_of_which_nothing_was_stored_is_an_error_with_its_verdicts() {
    let app = TestApp::start().await;
    let key = app.key_with(KeyKind::WriteOnly, only(&["login"])).await;
    let send = async |body| app.post("/event/ingest").key(&key).json(&body).send().await;

    let not_allowed = send(json!({"name": "logout", "userId": "u"})).await;
    assert_eq!(not_allowed.status, 403);
    insta::assert_json_snapshot!(not_allowed.json(), @r#"
    {
      "accepted": 0,
      "error": {
        "code": "event_not_allowed",
        "message": "the API key may not send events of this name",
        "requestId": "test-request"
      },
      "refused": [
        {
          "code": "event_not_allowed",
          "index": 0,
          "message": "the API key may not send events of this name",
          "path": "name"
        }
      ]
    }
    "#);
    let invalid = send(json!({"name": "login", "userId": "u", "timestamp": "now"})).await;
    assert_eq!(invalid.status, 400);
    insta::assert_json_snapshot!(invalid.json(), @r#"
    {
      "accepted": 0,
      "error": {
        "code": "invalid_event",
        "message": "timestamp: must be a number, not a string",
        "requestId": "test-request"
      },
      "refused": [
        {
          "code": "invalid_event",
          "index": 0,
          "message": "must be a number, not a string",
          "path": "timestamp"
        }
      ]
    }
    "#);
    assert_eq!(app.log(Signal::Events).await.len(), 0);
}

#[tokio::test]
async fn an_empty_batch_is_accepted() {
    let app = TestApp::start().await;
    let key = app.key(KeyKind::ReadWrite).await;
    let answer = app
        .post("/event/ingest/batch")
        .key(&key)
        .json(&json!({"events": []}))
        .send()
        .await;
    assert_eq!(answer.status, 204);
}

#[tokio::test]
async fn compressed_bodies_are_read() {
    let app = TestApp::start().await;
    let key = app.key(KeyKind::WriteOnly).await;
    let body = br#"{"name":"x","userId":"u"}"#;
    let packed = zstd::encode_all(body.as_slice(), 3).unwrap();
    let call = app.post("/event/ingest").key(&key).bytes(&packed);
    assert_eq!(
        call.header("content-encoding", "zstd").send().await.status,
        204
    );
    assert_eq!(app.log(Signal::Events).await.len(), 1);
}

#[tokio::test]
async fn events_expire_as_the_workspace_says_and_what_profiles_are_made_of_does_not() {
    let app = TestApp::start().await;
    let key = app.key(KeyKind::WriteOnly).await;
    let settings = app.store.workspace(&app.workspace).await.unwrap().unwrap();
    let settings = WorkspaceSettings {
        retention_days: Some(30),
        ..settings
    };
    let audit = app.audit(AuditAction::SettingsChanged, &key);
    let changed = app
        .store
        .replace_settings(&app.workspace, &settings, &audit);
    changed.await.unwrap();
    let event = json!({"name": "x", "userId": "u"});
    let update = json!({"userId": "u", "properties": {"plan": "pro"}});
    for (path, body) in [("/event/ingest", event), ("/profile", update)] {
        let answer = app.post(path).key(&key).json(&body).send().await;
        assert_eq!(answer.status, 204);
    }
    let expiry = async |signal| app.chunks(signal).await[0].meta.expires_at;
    let in_30_days = app.clock.now().plus(Duration::from_hours(30 * 24));
    assert_eq!(
        expiry(Signal::Events).await.map(Timestamp::as_secs),
        Some(in_30_days.as_secs())
    );
    assert_eq!(expiry(Signal::Profiles).await, None);
}
