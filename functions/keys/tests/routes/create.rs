//! Making a key, and reading it back.

use policy::KeyKind;
use serde_json::json;

use crate::support::{Office, masked};

#[tokio::test]
async fn a_made_key_is_answered_with_its_text_and_works_at_once() {
    let office = Office::open().await;
    let body = json!({"name": "Web shop", "kind": "write_only", "tags": ["shop"]});
    let made = office.post("/admin/v1/keys", &body).await;
    insta::assert_snapshot!(masked(&made), @r#"201 {"id":"<id>","name":"Web shop","kind":"write_only","tags":["shop"],"state":"enabled","creator":{"kind":"service_account","id":"<creator>","name":"test admin"},"createdAt":1795240800001,"expiresAt":null,"previousExpiresAt":null,"policyVersion":1,"lastUsedAt":null,"policy":{"addresses":"anywhere","events":"all"},"key":"<key>","warnings":[]}"#);
    let text = made.json()["key"].as_str().unwrap().to_owned();
    let id = made.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(made.headers["location"], format!("/admin/v1/keys/{id}"));
    assert_eq!(made.headers["etag"], "\"1.1\"");
    assert_eq!(made.headers["cache-control"], "no-store");
    assert_eq!(
        policy::ApiKey::parse(&text).unwrap().kind(),
        KeyKind::WriteOnly
    );
    let sent = office
        .app
        .post("/event/ingest")
        .header("apikey", &text)
        .json(&json!({"name": "order", "userId": "ann"}))
        .send()
        .await;
    assert_eq!(sent.shown(), "204 ");
}

#[tokio::test]
async fn a_key_is_read_back_with_its_policy_and_without_its_text() {
    let office = Office::open().await;
    let body = json!({
        "name": "Backend",
        "kind": "read_write",
        "expiresAt": 1_800_000_000_000_i64,
        "policy": {"addresses": [{"cidr": "10.1.2.3/8"}], "events": ["order*"]},
    });
    let made = office.post("/admin/v1/keys", &body).await;
    assert_eq!(
        made.json()["warnings"],
        json!([{"path": "policy.addresses[0].cidr", "message": "host bits were set: kept as 10.0.0.0/8"}])
    );
    let path = made.headers["location"].clone();
    let read = office.get(&path).await;
    insta::assert_snapshot!(masked(&read), @r#"200 {"id":"<id>","name":"Backend","kind":"read_write","tags":[],"state":"enabled","creator":{"kind":"service_account","id":"<creator>","name":"test admin"},"createdAt":1795240800001,"expiresAt":1800000000000,"previousExpiresAt":null,"policyVersion":1,"lastUsedAt":null,"policy":{"addresses":[{"cidr":"10.0.0.0/8"}],"events":["order*"]}}"#);
    assert_eq!(read.headers["etag"], made.headers["etag"]);
}

#[tokio::test]
async fn a_name_is_taken_once() {
    let office = Office::open().await;
    let body = json!({"name": "Web shop", "kind": "write_only"});
    assert_eq!(office.post("/admin/v1/keys", &body).await.status, 201);
    let again = office.post("/admin/v1/keys", &body).await;
    insta::assert_snapshot!(again.shown(), @r#"409 {"error":{"code":"conflict","message":"the name is taken","requestId":"test-request"}}"#);
}

#[tokio::test]
async fn everything_that_is_wrong_is_said_at_once() {
    let office = Office::open().await;
    let body = json!({
        "name": " ",
        "kind": "service_account",
        "tags": ["a", "a", ""],
        "expiresAt": 5,
        "policy": {"addresses": [{"cidr": "01.2.3.4"}], "events": ["*"]},
    });
    let answer = office.post("/admin/v1/keys", &body).await;
    insta::assert_snapshot!(answer.shown(), @r#"400 {"error":{"code":"invalid_body","message":"name: must not begin or end with white space (and 6 more)","requestId":"test-request","errors":[{"path":"name","message":"must not begin or end with white space"},{"path":"kind","message":"must not be service_account: such a key belongs to a service account"},{"path":"tags[1]","message":"is the same as tags[0]"},{"path":"tags[2]","message":"must be 1 to 64 characters"},{"path":"expiresAt","message":"must lie in the future, in milliseconds since 1970"},{"path":"policy.addresses[0].cidr","message":"must not have a number with a leading zero: some programs read it as octal"},{"path":"policy.events[0]","message":"must not be * alone: to allow every event, set events to \"all\""}]}}"#);
}

#[tokio::test]
async fn a_body_of_the_wrong_shape_is_refused_with_the_place() {
    let office = Office::open().await;
    let mut answers = String::new();
    for body in [
        json!({"name": "a", "kind": "write_only", "polcy": {}}),
        json!({"name": "a", "kind": "write_only", "policy": {"addresses": "anywhere", "evnts": "all"}}),
        json!({"name": "a", "kind": "write_only", "policy": {"addresses": "everywhere", "events": "all"}}),
        json!({"name": "a", "kind": "write_only", "policy": {"addresses": [{"cidr": "10.0.0.1", "until": 1}], "events": "all"}}),
        json!({"name": "a", "kind": "superuser"}),
        json!({"kind": "rum"}),
        json!({"name": 7, "kind": "rum"}),
        json!([]),
    ] {
        let answer = office.post("/admin/v1/keys", &body).await;
        answers.extend([answer.shown(), "\n".to_owned()]);
    }
    insta::assert_snapshot!(answers, @r#"
    400 {"error":{"code":"invalid_body","message":"polcy: is not a known member: expected one of `name`, `kind`, `tags`, `policy`, `expiresAt`","requestId":"test-request"}}
    400 {"error":{"code":"invalid_body","message":"policy.evnts: is not a known member: expected one of `addresses`, `events`, `origins`","requestId":"test-request"}}
    400 {"error":{"code":"invalid_body","message":"policy.addresses: must be \"anywhere\" or a list","requestId":"test-request"}}
    400 {"error":{"code":"invalid_body","message":"policy.addresses[0].until: is not a known member: expected one of `cidr`, `description`, `expiresAt`","requestId":"test-request"}}
    400 {"error":{"code":"invalid_body","message":"kind: must be one of `write_only`, `read_write`, `sensor`, `rum`, `third_party`, `metrics`, `service_account`","requestId":"test-request"}}
    400 {"error":{"code":"invalid_body","message":"missing member `name`","requestId":"test-request"}}
    400 {"error":{"code":"invalid_body","message":"name: must be a string","requestId":"test-request"}}
    400 {"error":{"code":"invalid_body","message":"line 1, column 1: must be a JSON object","requestId":"test-request"}}
    "#);
}
