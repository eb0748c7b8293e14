//! Who may send what, and how a key is carried.

use std::fmt::Write as _;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use policy::KeyKind;
use testkit::TestApp;

use super::only;

const PATHS: [(&str, &str); 9] = [
    ("/v1/traces", "{}"),
    ("/v1/logs", "{}"),
    ("/v1/metrics", "{}"),
    ("/ingest/v2/otlp/logs", "{}"),
    ("/ingest/v2/json/logs", "[]"),
    ("/ingest/v2/json/events", "[]"),
    ("/json/logs", "[]"),
    ("/firehose/logs", r#"{"requestId":"1","records":[]}"#),
    ("/json/rum", r#"{"events":[]}"#),
];

#[tokio::test]
async fn each_kind_of_key_has_its_paths() {
    let app = TestApp::start().await;
    let mut table = String::new();
    for kind in KeyKind::ALL {
        let key = app.key(kind).await;
        let mut open = Vec::new();
        for (path, body) in PATHS {
            let answer = app.post(path).key(&key).text(body).send().await;
            match answer.status {
                200 | 204 => open.push(path),
                status => assert_eq!(status, 403, "{kind} {path}: {}", answer.body),
            }
        }
        let open = if open.is_empty() {
            "none".to_owned()
        } else {
            open.join(" ")
        };
        writeln!(table, "{kind}: {open}").unwrap();
    }
    insta::assert_snapshot!(table, @"
    write_only: none
    read_write: none
    sensor: /v1/traces /v1/logs /v1/metrics /ingest/v2/otlp/logs /ingest/v2/json/logs /ingest/v2/json/events /json/logs
    rum: /json/rum
    third_party: /v1/traces /v1/logs /v1/metrics /ingest/v2/otlp/logs /ingest/v2/json/logs /ingest/v2/json/events /json/logs /firehose/logs
    metrics: none
    service_account: none
    ");
}

#[tokio::test]
async fn event_rules_know_each_kind_of_record_by_its_name() {
    let app = TestApp::start().await;
    let span = r#"{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"s"}]}]}]}"#;
    let log = r#"{"resourceLogs":[{"scopeLogs":[{"logRecords":[{}]}]}]}"#;
    let gauge = r#"{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"gauge":{"dataPoints":[{"asInt":1}]}}]}]}]}"#;
    let delivery = r#"{"requestId":"1","records":[{"data":"bGluZQ=="}]}"#;
    let sent = [
        ("span", "/v1/traces", span),
        ("metric", "/v1/metrics", gauge),
        ("log", "/v1/logs", log),
        ("log", "/json/logs", "{}"),
        ("log", "/firehose/logs", delivery),
    ];
    for allowed in ["span", "metric", "log"] {
        let key = app.key_with(KeyKind::ThirdParty, only(&[allowed])).await;
        for (name, path, body) in sent {
            let answer = app.post(path).key(&key).text(body).send().await;
            assert_eq!(
                answer.status == 403,
                name != allowed,
                "{allowed} {path}: {}",
                answer.body
            );
        }
    }
}

#[tokio::test]
async fn every_header_that_carries_a_key_is_read_on_every_path() {
    let app = TestApp::start().await;
    let key = app.key(KeyKind::ThirdParty).await;
    let basic = format!(
        "Basic {}",
        BASE64_STANDARD.encode(format!("weir:{}", key.expose()))
    );
    for (path, body) in PATHS.into_iter().filter(|(path, _)| *path != "/json/rum") {
        for (name, value) in [
            ("authorization", key.expose()),
            ("authorization", &format!("Bearer {}", key.expose())),
            ("authorization", &*basic),
            ("apikey", key.expose()),
            ("token", key.expose()),
            ("x-amz-firehose-access-key", key.expose()),
        ] {
            let answer = app.post(path).text(body).header(name, value).send().await;
            assert!(answer.status < 300, "{path} {name}: {}", answer.body);
        }
        let query = format!("{path}?apikey={}", key.expose());
        assert_eq!(
            app.post(&query).text(body).send().await.status,
            403,
            "{path}"
        );
    }
}

#[tokio::test]
async fn every_answer_may_be_read_by_a_page_and_a_preflight_needs_no_key() {
    let app = TestApp::start().await;
    for (path, body) in PATHS {
        let preflight = app
            .to_ingest("OPTIONS", path)
            .header("origin", "https://a.example");
        assert_eq!(preflight.send().await.status, 204, "{path}");
        let answer = app
            .post(path)
            .text(body)
            .header("origin", "https://a.example")
            .send()
            .await;
        assert_eq!(answer.status, 401, "{path}");
        assert_eq!(
            answer.headers["access-control-allow-origin"], "https://a.example",
            "{path}"
        );
    }
}

#[tokio::test]
async fn health_needs_no_key_and_that_of_the_sensors_any() {
    let app = TestApp::start().await;
    insta::assert_snapshot!(app.to_ingest("GET", "/health").send().await.shown(), @r#"200 {"status":"ok"}"#);
    let path = "/ingest/v2/health";
    for kind in KeyKind::ALL {
        let key = app.key(kind).await;
        let answer = app.to_ingest("GET", path).key(&key).send().await;
        assert_eq!(answer.status, 200, "{kind}");
    }
    assert_eq!(app.to_ingest("GET", path).send().await.status, 401);
    let unknown = policy::ApiKey::generate(KeyKind::Sensor, &mut rand::rng());
    assert_eq!(
        app.to_ingest("GET", path).key(&unknown).send().await.status,
        401
    );
}
