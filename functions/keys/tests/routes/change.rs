//! Name, tags, expiry and state.

use event::Clock;
use serde_json::json;

use crate::support::{Office, masked};

#[tokio::test]
async fn what_is_given_changes_and_the_rest_stays() {
    let office = Office::open().await;
    let made = office.key("Web shop").await;
    let patch = |etag: &str, body| {
        office
            .call("PATCH", &made.path)
            .header("if-match", etag)
            .json(&body)
            .send()
    };
    let changed = patch(&made.etag, json!({"name": "Shop", "tags": ["eu"]})).await;
    insta::assert_snapshot!(masked(&changed), @r#"200 {"id":"<id>","name":"Shop","kind":"write_only","tags":["eu"],"state":"enabled","creator":{"kind":"service_account","id":"<creator>","name":"test admin"},"createdAt":1795240800001,"expiresAt":null,"previousExpiresAt":null,"policyVersion":1,"lastUsedAt":null}"#);
    insta::assert_snapshot!(office.newest_audit().await, @r#"key.changed by test admin from 203.0.113.7 in test-request: Web shop {"name":{"from":"Web shop","to":"Shop"},"tags":{"from":[],"to":["eu"]}}"#);
    let until = json!({"expiresAt": 1_800_000_000_000_i64});
    let changed = patch(&changed.headers["etag"], until).await;
    assert_eq!(changed.json()["expiresAt"], 1_800_000_000_000_i64);
    assert_eq!(changed.json()["tags"], json!(["eu"]));
    let again = patch(&changed.headers["etag"], json!({})).await;
    assert_eq!(
        again.shown(),
        changed.shown(),
        "nothing asked, nothing changed"
    );
    assert_eq!(again.headers["etag"], changed.headers["etag"]);
    let changed = patch(&again.headers["etag"], json!({"expiresAt": null})).await;
    assert_eq!(changed.json()["expiresAt"], json!(null));
    assert_eq!(
        office.get(&made.path).await.headers["etag"],
        changed.headers["etag"]
    );
    // The old name is free again.
    office.key("Web shop").await;
    let taken = patch(&changed.headers["etag"], json!({"name": "Web shop"})).await;
    assert_eq!((taken.status, taken.code().as_str()), (409, "conflict"));
}

#[tokio::test]
async fn an_expired_key_is_refused_until_it_gets_more_time() {
    let office = Office::open().await;
    let made = office.key("Web shop").await;
    let now = office.app.clock.now().as_millis();
    let patch = |etag: String, until: i64| {
        office
            .call("PATCH", &made.path)
            .header("if-match", &etag)
            .json(&json!({"expiresAt": until}))
            .send()
    };
    let changed = patch(made.etag.clone(), now + 1_000).await;
    assert_eq!(office.send(&made.text).await, "");
    office.app.clock.advance(std::time::Duration::from_secs(1));
    assert_eq!(office.send(&made.text).await, "key_expired");
    patch(changed.headers["etag"].clone(), now + 9_000).await;
    assert_eq!(office.send(&made.text).await, "");
}

#[tokio::test]
async fn a_key_is_switched_off_and_on_from_the_next_request() {
    let office = Office::open().await;
    let made = office.key("Web shop").await;
    for _ in 0..2 {
        let off = office.call("POST", &made.below("disable")).send().await;
        assert_eq!(off.shown(), "204 ");
        assert_eq!(office.send(&made.text).await, "key_disabled");
        assert_eq!(office.get(&made.path).await.json()["state"], "disabled");
        // Switched off again, it leaves no second line.
        office.app.clock.advance(std::time::Duration::from_secs(1));
    }
    insta::assert_snapshot!(office.newest_audit().await, @r#"key.disabled by test admin from 203.0.113.7 in test-request: Web shop {"state":{"from":"enabled","to":"disabled"}}"#);
    let on = office.call("POST", &made.below("enable")).send().await;
    assert_eq!(on.shown(), "204 ");
    assert_eq!(office.send(&made.text).await, "");
    insta::assert_snapshot!(office.newest_audit().await, @r#"key.enabled by test admin from 203.0.113.7 in test-request: Web shop {"state":{"from":"disabled","to":"enabled"}}"#);
}

#[tokio::test]
async fn a_change_that_breaks_a_rule_is_refused_with_all_its_errors() {
    let office = Office::open().await;
    let made = office.key("Web shop").await;
    let mut answers = String::new();
    for body in [
        json!({"name": "", "tags": vec!["a"; 21], "expiresAt": 1}),
        json!({"name": "a\nb", "tags": [" a"]}),
        json!({"name": "a".repeat(65)}),
        json!({"nmae": "a"}),
        json!({"kind": "rum"}),
        json!({"expiresAt": "tomorrow"}),
        json!({"tags": "shop"}),
    ] {
        let call = office.call("PATCH", &made.path);
        let answer = call.header("if-match", &made.etag).json(&body).send().await;
        answers.extend([answer.shown(), "\n".to_owned()]);
    }
    insta::assert_snapshot!(answers, @r#"
    400 {"error":{"code":"invalid_body","message":"name: must be 1 to 64 characters (and 2 more)","requestId":"test-request","errors":[{"path":"name","message":"must be 1 to 64 characters"},{"path":"tags","message":"must have at most 20 entries"},{"path":"expiresAt","message":"must lie in the future, in milliseconds since 1970"}]}}
    400 {"error":{"code":"invalid_body","message":"name: must not contain a control character (and 1 more)","requestId":"test-request","errors":[{"path":"name","message":"must not contain a control character"},{"path":"tags[0]","message":"must not begin or end with white space"}]}}
    400 {"error":{"code":"invalid_body","message":"name: must be 1 to 64 characters","requestId":"test-request","errors":[{"path":"name","message":"must be 1 to 64 characters"}]}}
    400 {"error":{"code":"invalid_body","message":"nmae: is not a known member: expected one of `name`, `tags`, `expiresAt`","requestId":"test-request"}}
    400 {"error":{"code":"invalid_body","message":"kind: is not a known member: expected one of `name`, `tags`, `expiresAt`","requestId":"test-request"}}
    400 {"error":{"code":"invalid_body","message":"expiresAt: must be a whole number","requestId":"test-request"}}
    400 {"error":{"code":"invalid_body","message":"tags: must be an array","requestId":"test-request"}}
    "#);
    assert_eq!(office.get(&made.path).await.headers["etag"], made.etag);
}
