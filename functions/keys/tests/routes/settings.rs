//! The workspace's settings.

use std::time::Duration;

use event::Signal;
use policy::KeyKind;
use serde_json::{Value, json};
use testkit::Answer;

use crate::support::Office;

const PATH: &str = "/admin/v1/settings";

fn body(changes: &Value) -> Value {
    let mut body = json!({
        "name": "Test",
        "keepAddresses": true,
        "retentionDays": null,
        "metricsCacheTtlMinutes": 5,
    });
    for (name, value) in changes.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

async fn put(office: &Office, version: &str, body: &Value) -> Answer {
    let call = office.app.to_keys("PUT", PATH).key(&office.admin);
    call.header("if-match", version).json(body).send().await
}

#[tokio::test]
async fn a_viewer_reads_them_and_an_admin_replaces_them() {
    let office = Office::open().await;
    let read = office.app.to_keys("GET", PATH).key(&office.viewer);
    let read = read.send().await;
    insta::assert_snapshot!(read.shown(), @r#"200 {"workspace":"test","createdAt":1795240800000,"name":"Test","keepAddresses":true,"retentionDays":null,"metricsCacheTtlMinutes":5}"#);
    assert_eq!(read.headers["etag"], "\"1\"");
    let new = body(&json!({"name": "Acme", "retentionDays": 30, "metricsCacheTtlMinutes": 60}));
    let replaced = put(&office, "\"1\"", &new).await;
    insta::assert_snapshot!(replaced.shown(), @r#"200 {"workspace":"test","createdAt":1795240800000,"name":"Acme","keepAddresses":true,"retentionDays":30,"metricsCacheTtlMinutes":60}"#);
    assert_eq!(replaced.headers["etag"], "\"2\"");
    assert_eq!(office.get(PATH).await.json(), replaced.json());
    assert_eq!(put(&office, "\"1\"", &new).await.code(), "version_stale");
    let audit = office
        .get("/admin/v1/audit?action=settings.changed")
        .await
        .json();
    assert_eq!(audit["entries"].as_array().unwrap().len(), 1);
    insta::assert_snapshot!(audit["entries"][0]["changes"], @r#"{"metricsCacheTtlMinutes":{"from":5,"to":60},"name":{"from":"Test","to":"Acme"},"retentionDays":{"to":30}}"#);
    for key in [&office.viewer, &office.editor] {
        let call = office.app.to_keys("PUT", PATH).key(key).json(&new);
        assert_eq!(call.send().await.code(), "role_missing");
    }
}

#[tokio::test]
async fn what_cannot_be_is_refused_and_says_why() {
    let office = Office::open().await;
    let mut answers = Vec::new();
    for changes in [
        json!({"metricsCacheTtlMinutes": 4}),
        json!({"metricsCacheTtlMinutes": 1441, "retentionDays": 0, "name": ""}),
        json!({"retentionDays": "30"}),
        json!({"retentiondays": 30}),
    ] {
        let answer = put(&office, "\"1\"", &body(&changes)).await;
        answers.push(answer.shown());
    }
    let mut partial = body(&json!({}));
    partial.as_object_mut().unwrap().remove("retentionDays");
    let partial = put(&office, "\"1\"", &partial).await;
    answers.push(partial.shown());
    let call = office.app.to_keys("PUT", PATH).key(&office.admin);
    let blind = call.json(&body(&json!({}))).send().await;
    answers.push(blind.shown());
    insta::assert_snapshot!(answers.join("\n"), @r#"
    400 {"error":{"code":"invalid_body","message":"metricsCacheTtlMinutes: must be 5 to 1440","requestId":"test-request","errors":[{"path":"metricsCacheTtlMinutes","message":"must be 5 to 1440"}]}}
    400 {"error":{"code":"invalid_body","message":"name: must be 1 to 64 characters (and 2 more)","requestId":"test-request","errors":[{"path":"name","message":"must be 1 to 64 characters"},{"path":"metricsCacheTtlMinutes","message":"must be 5 to 1440"},{"path":"retentionDays","message":"must be 1 to 3650"}]}}
    400 {"error":{"code":"invalid_body","message":"retentionDays: must be a whole number","requestId":"test-request"}}
    400 {"error":{"code":"invalid_body","message":"retentiondays: is not a known member: expected one of `name`, `keepAddresses`, `retentionDays`, `metricsCacheTtlMinutes`","requestId":"test-request"}}
    400 {"error":{"code":"invalid_body","message":"missing member `retentionDays`","requestId":"test-request"}}
    428 {"error":{"code":"precondition_required","message":"a change needs the version in If-Match","requestId":"test-request"}}
    "#);
    assert_eq!(office.get(PATH).await.headers["etag"], "\"1\"");
}

#[tokio::test]
async fn they_hold_for_what_is_received_a_minute_later() {
    let office = Office::open().await;
    let key = office.app.key(KeyKind::WriteOnly).await;
    let send = async |name: &str| {
        let body = json!({"name": name, "userId": "ann"});
        let call = office.app.post("/event/ingest").key(&key).json(&body);
        assert_eq!(call.send().await.shown(), "204 ");
    };
    send("before").await;
    let new = body(&json!({"keepAddresses": false, "retentionDays": 1}));
    assert_eq!(put(&office, "\"1\"", &new).await.status, 200);
    office.app.clock.advance(Duration::from_mins(1));
    send("after").await;
    let mut chunks = office.app.chunks(Signal::Events).await;
    chunks.sort_by_key(|chunk| chunk.meta.received_at);
    let kept: Vec<_> = chunks
        .iter()
        .map(|chunk| {
            (
                chunk.meta.address.is_some(),
                chunk.meta.expires_at.is_some(),
            )
        })
        .collect();
    assert_eq!(kept, [(true, false), (false, true)]);
}
