//! What sensors are to do.

use std::time::Duration;

use policy::KeyKind;
use serde_json::{Value, json};
use testkit::Answer;

use crate::support::{Office, timeless};

const PATH: &str = "/admin/v1/remote-config";
const PULL: &str = "/fleet-manager/api/client/v2/config";

fn masked(office: &Office, answer: &Answer) -> String {
    timeless(&answer.shown()).replace(office.admin.id().as_str(), "<admin>")
}

async fn send(
    office: &Office,
    method: &'static str,
    path: &str,
    version: &str,
    body: &str,
) -> Answer {
    office.app.clock.advance(Duration::from_millis(1));
    let call = office.app.to_keys(method, path).key(&office.admin);
    call.header("if-match", version).text(body).send().await
}

async fn set(office: &Office, version: &str, config: &str) -> Answer {
    let body = format!(r#"{{"config": {config}}}"#);
    send(office, "PUT", PATH, version, &body).await
}

#[tokio::test]
async fn what_is_set_is_what_sensors_pull() {
    let office = Office::open().await;
    let sensor = office.app.key(KeyKind::Sensor).await;
    let none = office.get(PATH).await;
    insta::assert_snapshot!(none.shown(), @r#"200 {"version":0,"createdAt":null,"creator":null,"restoredFrom":null,"config":null}"#);
    assert_eq!(none.headers["etag"], "\"0\"");
    let first = set(&office, "\"0\"", r#"{"rules": [1, 9007199254740993]}"#).await;
    insta::assert_snapshot!(masked(&office, &first), @r#"200 {"version":1,"createdAt":<time>,"creator":{"kind":"service_account","id":"<admin>","name":"test admin"},"restoredFrom":null,"config":{"rules": [1, 9007199254740993]}}"#);
    assert_eq!(first.headers["etag"], "\"1\"");
    assert_eq!(office.get(PATH).await.json(), first.json());
    let pulled = office.app.to_ingest("GET", PULL).key(&sensor).send().await;
    insta::assert_snapshot!(pulled.shown(), @r#"200 {"version":1,"config":{"rules": [1, 9007199254740993]}}"#);
    assert_eq!(set(&office, "\"0\"", "{}").await.code(), "version_stale");
    let call = office.app.to_keys("PUT", PATH).key(&office.admin);
    let blind = call.json(&json!({"config": {}})).send().await;
    assert_eq!(blind.code(), "precondition_required");
}

#[tokio::test]
async fn a_roll_back_is_a_new_version_with_the_old_content() {
    let office = Office::open().await;
    for (version, config) in [(0, r#"{"a":1}"#), (1, r#"{"a":2}"#)] {
        let answer = set(&office, &format!("\"{version}\""), config).await;
        assert_eq!(answer.status, 200);
    }
    let path = format!("{PATH}/rollback");
    let back = send(&office, "POST", &path, "\"2\"", r#"{"version": 1}"#).await;
    insta::assert_snapshot!(masked(&office, &back), @r#"200 {"version":3,"createdAt":<time>,"creator":{"kind":"service_account","id":"<admin>","name":"test admin"},"restoredFrom":1,"config":{"a":1}}"#);
    let page = office.get(&format!("{PATH}/versions?limit=2")).await.json();
    let numbers = |page: &Value| -> Vec<_> {
        let versions = page["versions"].as_array().unwrap();
        let number = |version: &Value| version["version"].as_u64().unwrap();
        versions.iter().map(number).collect()
    };
    assert_eq!(numbers(&page), [3, 2]);
    let cursor = page["nextCursor"].as_str().unwrap();
    let path_of_rest = format!("{PATH}/versions?cursor={cursor}");
    let rest = office.get(&path_of_rest).await.json();
    assert_eq!(
        (numbers(&rest), &rest["nextCursor"]),
        (vec![1], &json!(null))
    );
    let second = office.get(&format!("{PATH}/versions/2")).await.json();
    assert_eq!(second["config"], json!({"a": 2}));
    let stale = send(&office, "POST", &path, "\"2\"", r#"{"version": 1}"#).await;
    assert_eq!(stale.code(), "version_stale");
    for missing in ["0", "9", "x"] {
        let read = office.get(&format!("{PATH}/versions/{missing}")).await;
        assert_eq!(read.code(), "not_found", "{missing}");
    }
    let missing = send(&office, "POST", &path, "\"3\"", r#"{"version": 9}"#).await;
    assert_eq!(missing.code(), "not_found");
    let audit = office.get("/admin/v1/audit?action=remote_config.changed");
    let audit = audit.await.json();
    insta::assert_snapshot!(audit["entries"][0]["changes"], @r#"{"bytes":{"to":7},"restoredFrom":{"to":1},"version":{"from":2,"to":3}}"#);
    assert_eq!(audit["entries"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn what_cannot_be_a_configuration_is_refused_with_the_reason() {
    let office = Office::open().await;
    let nested = |depth| format!("{}{}", r#"{"a":"#.repeat(depth) + "1", "}".repeat(depth));
    let mut answers = Vec::new();
    for config in [
        "[]".to_owned(),
        "null".to_owned(),
        nested(33),
        nested(200),
        format!(r#"{{"a":"{}"}}"#, "x".repeat(65_536)),
    ] {
        let answer = set(&office, "\"0\"", &config).await;
        answers.push(answer.shown());
    }
    for body in ["{}", r#"{"config": {}, "force": true}"#, r#"{"config": {"#] {
        let answer = send(&office, "PUT", PATH, "\"0\"", body).await;
        answers.push(answer.shown());
    }
    insta::assert_snapshot!(answers.join("\n"), @r#"
    400 {"error":{"code":"invalid_body","message":"config: must be a JSON object","requestId":"test-request","errors":[{"path":"config","message":"must be a JSON object"}]}}
    400 {"error":{"code":"invalid_body","message":"config: must be a JSON object","requestId":"test-request","errors":[{"path":"config","message":"must be a JSON object"}]}}
    400 {"error":{"code":"invalid_body","message":"config: must nest at most 32 deep","requestId":"test-request","errors":[{"path":"config","message":"must nest at most 32 deep"}]}}
    400 {"error":{"code":"invalid_body","message":"config: must nest at most 32 deep","requestId":"test-request","errors":[{"path":"config","message":"must nest at most 32 deep"}]}}
    400 {"error":{"code":"invalid_body","message":"config: must be at most 65536 bytes of JSON","requestId":"test-request","errors":[{"path":"config","message":"must be at most 65536 bytes of JSON"}]}}
    400 {"error":{"code":"invalid_body","message":"missing member `config`","requestId":"test-request"}}
    400 {"error":{"code":"invalid_body","message":"force: is not a known member: expected `config`","requestId":"test-request"}}
    400 {"error":{"code":"invalid_body","message":"line 1, column 12: the JSON text ends too early","requestId":"test-request"}}
    "#);
    assert_eq!(set(&office, "\"0\"", &nested(32)).await.status, 200);
}

#[tokio::test]
async fn viewers_read_and_admins_alone_set() {
    let office = Office::open().await;
    for key in [&office.viewer, &office.editor] {
        for path in [PATH.to_owned(), format!("{PATH}/versions")] {
            let read = office.app.to_keys("GET", &path).key(key).send().await;
            assert_eq!(read.status, 200);
        }
        let call = office.app.to_keys("PUT", PATH).key(key);
        assert_eq!(call.send().await.code(), "role_missing");
        let call = office
            .app
            .to_keys("POST", "/admin/v1/remote-config/rollback");
        assert_eq!(call.key(key).send().await.code(), "role_missing");
    }
}
