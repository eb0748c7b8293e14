//! How a key is used, what it has sent, and what a policy would have refused of it.

use std::time::Duration;

use event::Clock as _;
use policy::{ApiKey, KeyKind};
use serde_json::{Value, json};

use crate::support::Office;

/// An office and a key that has sent three events from two addresses; the third was refused.
async fn office_with_traffic() -> (Office, ApiKey) {
    // On the heap: every test here holds it.
    let mut office = Box::pin(Office::open()).await;
    let key = office.app.key(KeyKind::WriteOnly).await;
    for (name, address) in [("view", "192.0.2.9"), ("buy", "198.51.100.1")] {
        let event = json!({"name": name, "userId": "u"});
        send(&office, &key, address, &event).await;
    }
    send(&office, &key, "192.0.2.9", &json!({"name": "x"})).await;
    office.app.project().await;
    (office, key)
}

async fn send(office: &Office, key: &ApiKey, address: &str, event: &Value) {
    let call = office.app.post("/event/ingest").key(key).from(address);
    call.json(event).send().await;
}

fn path(key: &ApiKey, rest: &str) -> String {
    format!("/admin/v1/keys/{}/{rest}", key.id())
}

#[tokio::test]
async fn usage_tells_what_was_accepted_and_what_was_refused_and_why() {
    let (office, key) = office_with_traffic().await;
    let usage = office.get(&path(&key, "usage")).await;
    insta::assert_snapshot!(usage.shown(), @r#"200 {"from":1795158000000,"to":1795244400000,"lastUsedAt":1795240800000,"total":{"requests":2,"events":2,"oldSecretRequests":0,"oldSecretEvents":0,"refused":{"invalid_event":1},"calls":{}},"hours":[{"start":1795240800000,"requests":2,"events":2,"oldSecretRequests":0,"oldSecretEvents":0,"refused":{"invalid_event":1},"calls":{}}],"recentRefusals":[{"at":1795240800000,"reason":"invalid_event","event":"x","path":"userId","address":"192.0.2.9"}]}"#);
    // A key that nobody used yet has an empty one.
    let unused = office.app.key(KeyKind::WriteOnly).await;
    let usage = office.get(&path(&unused, "usage")).await.json();
    assert_eq!(
        (&usage["hours"], &usage["lastUsedAt"]),
        (&json!([]), &Value::Null)
    );
}

#[tokio::test]
async fn a_revoked_keys_refusals_stay_readable_by_its_id_for_seven_days() {
    let (office, key) = office_with_traffic().await;
    office.app.clock.advance(Duration::from_hours(2));
    office.app.revoke(&key).await;
    send(
        &office,
        &key,
        "192.0.2.9",
        &json!({"name": "view", "userId": "u"}),
    )
    .await;
    office.app.clock.advance(Duration::from_hours(7 * 24 - 3));
    let from = office.app.clock.now().minus(Duration::from_hours(8 * 24));
    let query = format!("usage?from={}", from.as_millis());
    let usage = office.get(&path(&key, &query)).await.json();
    assert_eq!(usage["total"]["refused"]["key_revoked"], 1);
    assert_eq!(usage["recentRefusals"][0]["reason"], "key_revoked");
}

#[tokio::test]
async fn lists_show_when_a_key_was_last_used_and_how_busy_it_is() {
    let (office, key) = office_with_traffic().await;
    let idle = json!({"name": "idle", "kind": "rum"});
    assert_eq!(office.post("/admin/v1/keys", &idle).await.status, 201);
    let list = office.get("/admin/v1/keys?sort=-lastUsed").await.json();
    // To the hour, in which the clock of the test goes on.
    let used = office.app.clock.now().start_of_hour().as_millis();
    assert_eq!(list["keys"][0]["id"], key.id().as_str());
    assert_eq!(list["keys"][0]["lastUsedAt"], used);
    assert_eq!(
        list["keys"][0]["lastDay"],
        json!({"requests": 2, "refusals": 1})
    );
    assert_eq!(
        list["keys"][1]["lastDay"],
        json!({"requests": 0, "refusals": 0})
    );
    let read = office.get(path(&key, "").trim_end_matches('/')).await;
    assert_eq!(read.json()["lastUsedAt"], used);
}

#[tokio::test]
async fn names_that_a_key_has_sent_are_suggested() {
    let (office, key) = office_with_traffic().await;
    send(
        &office,
        &key,
        "192.0.2.9",
        &json!({"name": "view", "userId": "v"}),
    )
    .await;
    let mut office = office;
    office.app.project().await;
    let answer = office.get(&path(&key, "suggestions")).await;
    insta::assert_snapshot!(answer.shown(), @r#"200 {"suggestions":[{"name":"view","events":2},{"name":"buy","events":1}]}"#);
}

#[tokio::test]
async fn a_policy_is_tried_on_what_the_key_has_sent() {
    let (office, key) = office_with_traffic().await;
    let policy = json!({
        "addresses": [{"cidr": "192.0.2.1/24"}],
        "events": ["buy"],
        "origins": ["https://shop.example"],
    });
    let answer = office.post(&path(&key, "policy/check"), &policy).await;
    insta::assert_snapshot!(answer.shown(), @r#"200 {"from":1794636000000,"reachesBackTo":1795240800000,"requests":{"seen":2,"refused":{"ip_not_allowed":1}},"events":{"seen":2,"refused":{"event_not_allowed":1,"ip_not_allowed":1}},"examples":[{"reason":"event_not_allowed","address":"192.0.2.9","event":"view","events":1},{"reason":"ip_not_allowed","address":"198.51.100.1","event":"buy","events":1}],"estimated":false,"unlisted":{"requests":0,"events":0},"notJudged":["origins"],"warnings":[{"path":"addresses[0].cidr","message":"host bits were set: kept as 192.0.2.0/24"}]}"#);
    // Nothing has changed.
    let read = office.get(path(&key, "").trim_end_matches('/')).await;
    assert_eq!(read.json()["policy"]["addresses"], "anywhere");
}

#[tokio::test]
async fn a_policy_that_cannot_be_saved_cannot_be_tried() {
    let (office, key) = office_with_traffic().await;
    let path = path(&key, "policy/check");
    let mut answers = String::new();
    for policy in [
        json!({"addresses": [{"cidr": "10.0.0.0/33"}], "events": ["a*b"]}),
        json!({"addresses": "anywhere", "events": "all", "adresses": []}),
        json!({"addresses": "anywhere"}),
    ] {
        let answer = office.post(&path, &policy).await;
        answers.extend([answer.shown(), "\n".to_owned()]);
    }
    insta::assert_snapshot!(answers, @r#"
    400 {"error":{"code":"invalid_body","message":"addresses[0].cidr: has a prefix length above /32 (and 1 more)","requestId":"test-request","errors":[{"path":"addresses[0].cidr","message":"has a prefix length above /32"},{"path":"events[0]","message":"must not contain * except at its end"}]}}
    400 {"error":{"code":"invalid_body","message":"adresses: is not a known member: expected one of `addresses`, `events`, `origins`","requestId":"test-request"}}
    400 {"error":{"code":"invalid_body","message":"missing member `events`","requestId":"test-request"}}
    "#);
}

#[tokio::test]
async fn a_range_that_makes_no_sense_is_named() {
    let (office, key) = office_with_traffic().await;
    let mut answers = String::new();
    for query in [
        "from=yesterday",
        "to=1.5",
        "from=1795240800000&to=1795240800000",
        "from=0",
        "since=0",
    ] {
        let answer = office.get(&path(&key, &format!("usage?{query}"))).await;
        answers.extend([answer.shown(), "\n".to_owned()]);
    }
    insta::assert_snapshot!(answers, @r#"
    400 {"error":{"code":"invalid_parameter","message":"from: must be a whole number: milliseconds since 1970","requestId":"test-request"}}
    400 {"error":{"code":"invalid_parameter","message":"to: must be a whole number: milliseconds since 1970","requestId":"test-request"}}
    400 {"error":{"code":"invalid_parameter","message":"from: must lie before to","requestId":"test-request"}}
    400 {"error":{"code":"invalid_parameter","message":"from: must lie at most 35 days before to","requestId":"test-request"}}
    400 {"error":{"code":"invalid_parameter","message":"query: names a parameter that is not known, names one twice, or is not UTF-8","requestId":"test-request"}}
    "#);
}

#[tokio::test]
async fn a_viewer_may_ask_and_another_workspace_hears_of_no_key() {
    let (office, key) = office_with_traffic().await;
    let stranger = office.stranger().await;
    let policy = json!({"addresses": "anywhere", "events": "all"});
    for (method, rest) in [
        ("GET", "usage"),
        ("GET", "suggestions"),
        ("POST", "policy/check"),
    ] {
        let call = |key: &ApiKey, path: &str| {
            let call = office.app.to_keys(method, path).key(key);
            if method == "POST" {
                call.json(&policy)
            } else {
                call
            }
            .send()
        };
        let path = path(&key, rest);
        assert_eq!(call(&office.viewer, &path).await.status, 200, "{rest}");
        let answer = call(&stranger, &path).await;
        assert_eq!((answer.status, answer.code().as_str()), (404, "not_found"));
        let unknown = format!("/admin/v1/keys/none/{rest}");
        assert_eq!(call(&office.viewer, &unknown).await.code(), "not_found");
    }
}
