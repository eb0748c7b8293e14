//! The end of a key.

use serde_json::json;

use crate::support::Office;

#[tokio::test]
async fn a_revoked_key_is_refused_on_its_next_request_and_leaves_every_list() {
    let office = Office::open().await;
    let made = office.key("Web shop").await;
    let (rotate, overlap) = (made.below("rotate"), json!({"overlapSeconds": 60}));
    let new = office.post(&rotate, &overlap).await.json();
    let new = new["key"].as_str().unwrap().to_owned();
    assert_eq!(office.send(&new).await, "");
    let revoked = office.call("DELETE", &made.path).send().await;
    assert_eq!(revoked.shown(), "204 ");
    insta::assert_snapshot!(office.newest_audit().await, @r#"key.revoked by test admin from 203.0.113.7 in test-request: Web shop {"state":{"from":"enabled","to":"revoked"}}"#);
    assert_eq!(office.send(&new).await, "key_revoked");
    assert_eq!(
        office.send(&made.text).await,
        "key_revoked",
        "the old text too"
    );
    let list = office.get("/admin/v1/keys").await;
    assert_eq!(list.json()["keys"], json!([]));
    for (method, path) in [
        ("GET", made.path.clone()),
        ("DELETE", made.path.clone()),
        ("POST", made.below("reveal")),
        ("POST", made.below("enable")),
        ("DELETE", made.below("previous")),
    ] {
        let answer = office.call(method, &path).send().await;
        assert_eq!(answer.code(), "not_found", "{method} {path}");
    }
    assert_eq!(office.post(&rotate, &overlap).await.code(), "not_found");
    office.key("Web shop").await;
}

#[tokio::test]
async fn a_sensor_that_was_revoked_may_do_nothing_any_more() {
    let office = Office::open().await;
    let body = json!({"name": "Node 1", "kind": "sensor"});
    let made = crate::support::Made::of(&office.post("/admin/v1/keys", &body).await);
    let send = || {
        let call = office.app.post("/json/logs").header("apikey", &made.text);
        call.json(&json!([{"message": "hello"}])).send()
    };
    assert_eq!(send().await.status, 204);
    office.call("DELETE", &made.path).send().await;
    assert_eq!(send().await.code(), "key_revoked");
}
