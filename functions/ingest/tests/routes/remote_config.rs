//! What sensors pull.

use event::Clock;
use policy::{Actor, ApiKey, KeyKind};
use store::{AuditAction, AuditEntry, ConfigVersion, RemoteConfig};
use testkit::{Answer, TestApp};

const PATH: &str = "/fleet-manager/api/client/v2/config";

async fn pull(app: &TestApp, key: &ApiKey, known: Option<&str>) -> Answer {
    let mut call = app.to_ingest("GET", PATH).key(key);
    if let Some(tag) = known {
        call = call.header("if-none-match", tag);
    }
    call.send().await
}

async fn set(app: &TestApp, version: u64, config: &str) {
    let at = app.clock.now();
    let config = RemoteConfig {
        version: ConfigVersion {
            version,
            created_at: at,
            creator: Actor::Bootstrap,
            restored_from: None,
        },
        config: config.to_owned(),
    };
    let entry = AuditEntry {
        at,
        actor: Actor::Bootstrap,
        address: None,
        request_id: None,
        action: AuditAction::RemoteConfigChanged,
        subject: app.workspace.to_string(),
        subject_name: None,
        changes: serde_json::Map::new(),
    };
    let put = app.store.put_remote_config(&app.workspace, &config, &entry);
    put.await.unwrap();
}

#[tokio::test]
async fn only_a_sensors_key_pulls() {
    let app = TestApp::start().await;
    for kind in KeyKind::ALL {
        let key = app.key(kind).await;
        let answer = pull(&app, &key, None).await;
        if kind == KeyKind::Sensor {
            insta::assert_snapshot!(answer.shown(), @r#"200 {"version":0}"#);
        } else {
            let refused = (answer.status, answer.code());
            assert_eq!(refused, (403, "scope_missing".to_owned()), "{kind}");
        }
    }
    let answer = app.to_ingest("GET", PATH).send().await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (401, "key_missing")
    );
}

#[tokio::test]
async fn a_sensor_gets_the_newest_version_to_the_letter_and_304_where_it_has_it() {
    let app = TestApp::start().await;
    let key = app.key(KeyKind::Sensor).await;
    let none = pull(&app, &key, None).await;
    assert_eq!(none.headers["etag"], "\"test-0\"");
    assert_eq!(pull(&app, &key, Some("\"test-0\"")).await.status, 304);
    set(&app, 1, r#"{"logs": {"limit": 9007199254740993}}"#).await;
    let first = pull(&app, &key, Some("\"test-0\"")).await;
    insta::assert_snapshot!(first.shown(), @r#"200 {"version":1,"config":{"logs": {"limit": 9007199254740993}}}"#);
    assert_eq!(first.headers["content-type"], "application/json");
    assert_eq!(first.headers["cache-control"], "private, no-cache");
    let tag = &first.headers["etag"];
    for known in [
        tag.clone(),
        format!("W/{tag}"),
        format!("\"other\", {tag}"),
        "*".to_owned(),
    ] {
        let again = pull(&app, &key, Some(&known)).await;
        assert_eq!(again.shown(), "304 ", "{known}");
        assert_eq!(&again.headers["etag"], tag);
    }
    set(&app, 2, r#"{"logs":{}}"#).await;
    let second = pull(&app, &key, Some(tag)).await;
    insta::assert_snapshot!(second.shown(), @r#"200 {"version":2,"config":{"logs":{}}}"#);
}

#[tokio::test]
async fn a_pull_costs_one_read_beside_the_keys() {
    let app = TestApp::start().await;
    let key = app.key(KeyKind::Sensor).await;
    set(&app, 1, "{}").await;
    // The key's policy is read once per process.
    pull(&app, &key, None).await;
    app.stand_in.clear_recorded();
    assert_eq!(pull(&app, &key, None).await.status, 200);
    let calls = app.stand_in.recorded();
    let actions: Vec<_> = calls.iter().map(|call| call.action.as_str()).collect();
    assert_eq!(actions, ["GetItem", "GetItem"]);
}
