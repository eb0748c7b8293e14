//! What pages can do: keys in every carrier, beacons, lists of origins.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::StatusCode;
use policy::{KeyKind, Policy};
use testkit::TestApp;

const PATHS: [(&str, &str); 3] = [
    ("/event/ingest", r#"{"name":"a","userId":"ann"}"#),
    (
        "/event/ingest/batch",
        r#"{"events":[{"name":"a","userId":"ann"}]}"#,
    ),
    ("/profile", r#"{"userId":"ann","properties":{}}"#),
];
const RUM: (&str, &str) = ("/json/rum", r#"{"events":[{"type":"a","userId":"ann"}]}"#);
const SHOP: &str = "https://shop.example.com";

#[tokio::test]
async fn every_header_that_carries_a_key_is_read() {
    let app = TestApp::start().await;
    let writer = app.key(KeyKind::WriteOnly).await;
    let rum = app.key(KeyKind::Rum).await;
    let of_writer = PATHS.map(|(path, body)| (path, body, &writer));
    for (path, body, key) in of_writer.into_iter().chain([(RUM.0, RUM.1, &rum)]) {
        let basic = BASE64_STANDARD.encode(format!("weir:{}", key.expose()));
        for (name, value) in [
            ("authorization", key.expose()),
            ("authorization", &format!("Bearer {}", key.expose())),
            ("authorization", &format!("Basic {basic}")),
            ("apikey", key.expose()),
            ("token", key.expose()),
            ("x-amz-firehose-access-key", key.expose()),
        ] {
            let answer = app.post(path).text(body).header(name, value).send().await;
            assert!(answer.status < 300, "{path} {name}: {}", answer.body);
        }
    }
}

#[tokio::test]
async fn a_beacon_carries_its_key_in_the_address_and_its_json_as_text() {
    let app = TestApp::start().await;
    for kind in KeyKind::ALL {
        let key = app.key(kind).await;
        for (path, body) in PATHS.into_iter().chain([RUM]) {
            let beacon = app
                .post(&format!("{path}?apikey={}", key.expose()))
                .text(body)
                .header("content-type", "text/plain;charset=UTF-8")
                .header("origin", SHOP);
            let answer = beacon.send().await;
            let is_rum = path == RUM.0;
            if matches!(
                (kind, is_rum),
                (KeyKind::Rum, true) | (KeyKind::WriteOnly, false)
            ) {
                assert!(answer.status < 300, "{kind} {path}: {}", answer.body);
            } else {
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{kind} {path}");
                assert_eq!(answer.code(), "scope_missing", "{kind} {path}");
            }
            // A browser sends a beacon with credentials, for which an answer to all does not do.
            assert_eq!(answer.headers["access-control-allow-origin"], SHOP);
            assert_eq!(answer.headers["access-control-allow-credentials"], "true");
        }
    }
}

#[tokio::test]
async fn a_key_with_a_list_of_origins_is_refused_on_other_pages_which_can_read_why() {
    let app = TestApp::start().await;
    let policy = || Policy {
        origins: Some(vec![SHOP.to_owned()]),
        ..Policy::default()
    };
    let writer = app.key_with(KeyKind::WriteOnly, policy()).await;
    let rum = app.key_with(KeyKind::Rum, policy()).await;
    let of_writer = PATHS.map(|(path, body)| (path, body, &writer));
    for (path, body, key) in of_writer.into_iter().chain([(RUM.0, RUM.1, &rum)]) {
        let send = async |origin: Option<&str>| {
            let call = app.post(path).key(key).text(body);
            let call = match origin {
                Some(origin) => call.header("origin", origin),
                None => call,
            };
            call.send().await
        };
        assert!(send(Some(SHOP)).await.status < 300, "{path}");
        // A server names no origin.
        assert!(send(None).await.status < 300, "{path}");
        for other in ["https://evil.example", "http://shop.example.com", "null"] {
            let answer = send(Some(other)).await;
            assert_eq!(
                (answer.status, &*answer.code()),
                (403, "origin_not_allowed")
            );
            assert_eq!(answer.headers["access-control-allow-origin"], other);
        }
    }
}
