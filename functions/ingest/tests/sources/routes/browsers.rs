//! Keys that stand in a page: where they may be used, and how a beacon carries them.

use event::Signal;
use policy::{ApiKey, KeyKind, Policy};
use serde_json::{Value, json};
use testkit::{Answer, Call, TestApp};

const OWN: &str = "https://shop.example";

/// The kinds of key that a page may have, with a path and a body for each.
fn of_pages() -> [(KeyKind, &'static str, Value); 3] {
    let event = |name| json!({"name": name, "userId": "u"});
    [
        (KeyKind::WriteOnly, "/event/ingest", event("one")),
        (
            KeyKind::WriteOnly,
            "/event/ingest/batch",
            json!({"events": [event("two")]}),
        ),
        (
            KeyKind::Rum,
            "/json/rum",
            json!({"events": [{"type": "view"}]}),
        ),
    ]
}

/// As a browser's beacon: the key in the address, JSON as text.
fn beacon(app: &TestApp, key: &ApiKey, path: &str, body: &Value) -> Call {
    let call = app
        .post(&format!("{path}?apikey={}", key.expose()))
        .json(body);
    call.header("content-type", "text/plain;charset=UTF-8")
}

#[tokio::test]
async fn a_beacon_is_taken_without_a_preflight() {
    let app = TestApp::start().await;
    for (kind, path, body) in of_pages() {
        let key = app.key(kind).await;
        let answer = beacon(&app, &key, path, &body)
            .header("origin", OWN)
            .send()
            .await;
        assert!(answer.status < 300, "{path}: {}", answer.body);
        assert_eq!(answer.headers["access-control-allow-origin"], OWN);
    }
    assert_eq!(app.log(Signal::Events).await.len(), 3);
}

#[tokio::test]
async fn a_list_of_origins_keeps_other_pages_out_and_lets_servers_in() {
    let app = TestApp::start().await;
    for (kind, path, body) in of_pages() {
        let policy = Policy {
            origins: Some(vec![OWN.to_owned()]),
            ..Policy::default()
        };
        let key = app.key_with(kind, policy).await;
        let from = async |origin: Option<&str>| -> Answer {
            let call = app.post(path).key(&key).json(&body);
            match origin {
                Some(origin) => call.header("origin", origin).send().await,
                None => call.send().await,
            }
        };
        assert!(from(Some(OWN)).await.status < 300, "{path}");
        assert!(from(None).await.status < 300, "{path}");
        let refused = from(Some("https://other.example")).await;
        assert_eq!(
            (refused.status, &*refused.code()),
            (403, "origin_not_allowed"),
            "{path}"
        );
        assert_eq!(
            refused.headers["access-control-allow-origin"],
            "https://other.example"
        );
    }
}

#[tokio::test]
async fn the_key_of_a_page_may_send_nothing_else() {
    let app = TestApp::start().await;
    let key = app.key(KeyKind::Rum).await;
    for path in [
        "/event/ingest",
        "/profile",
        "/json/logs",
        "/ingest/v2/json/logs",
    ] {
        let answer = app.post(path).key(&key).text("{}").send().await;
        assert_eq!(
            (answer.status, &*answer.code()),
            (403, "scope_missing"),
            "{path}"
        );
    }
}
