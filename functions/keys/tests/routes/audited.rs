//! What is kept of who did what, and that no secret is among it.

use serde_json::json;
use store::AuditQuery;

use crate::support::Office;

#[tokio::test]
async fn every_change_and_every_reveal_is_a_line_without_a_secret() {
    let office = Office::open().await;
    let made = office.key("Web shop").await;
    let policy = json!({"addresses": "anywhere", "events": ["a"]});
    let call = office.call("PUT", &made.below("policy"));
    call.header("if-match", &made.etag)
        .json(&policy)
        .send()
        .await;
    let etag = office.get(&made.path).await.headers["etag"].clone();
    let call = office.call("PATCH", &made.path).header("if-match", &etag);
    call.json(&json!({"tags": ["eu"]})).send().await;
    for name in ["reveal", "disable", "enable"] {
        office.call("POST", &made.below(name)).send().await;
    }
    let body = json!({"overlapSeconds": 60});
    let rotated = office.post(&made.below("rotate"), &body).await.json();
    office.call("DELETE", &made.below("previous")).send().await;
    office.call("DELETE", &made.path).send().await;
    let query = AuditQuery {
        subject: Some(made.id.clone()),
        limit: 100,
        ..AuditQuery::default()
    };
    let page = office.app.store.audit(&office.app.workspace, &query).await;
    let entries = page.unwrap().entries;
    let actions: Vec<_> = entries.iter().map(|it| it.entry.action.as_str()).collect();
    assert_eq!(
        actions,
        [
            "key.revoked",
            "key.previous_ended",
            "key.rotated",
            "key.enabled",
            "key.disabled",
            "key.revealed",
            "key.changed",
            "key.policy_changed",
            "key.created",
        ]
    );
    let all = format!("{entries:?}");
    for text in [made.text.as_str(), rotated["key"].as_str().unwrap()] {
        let secret = text.rsplit('_').next().unwrap();
        assert!(!all.contains(secret));
    }
}

#[tokio::test]
async fn who_may_not_do_a_thing_leaves_no_line() {
    let office = Office::open().await;
    let made = office.key("Web shop").await;
    let before = office.newest_audit().await;
    for key in [&office.viewer, &office.editor] {
        let call = office.app.to_keys("POST", &made.below("reveal")).key(key);
        let refused = call.send().await;
        assert_eq!(
            (refused.status, refused.code().as_str()),
            (403, "role_missing")
        );
        let call = office.app.to_keys("DELETE", &made.path).key(key);
        assert_eq!(call.send().await.status, 403);
    }
    assert_eq!(office.newest_audit().await, before);
    assert_eq!(office.send(&made.text).await, "");
}
