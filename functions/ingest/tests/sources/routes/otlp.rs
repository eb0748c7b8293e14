//! The answers of OTLP: in the encoding of the request, whatever the answer.

use event::Signal;
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use policy::KeyKind;
use prost::Message;
use testkit::{Answer, Fault, TestApp};

use super::only;
use crate::otlp::{logs, record};

const PROTOBUF: &str = "application/x-protobuf";

/// `google.rpc.Status`.
#[derive(Clone, PartialEq, Message)]
struct Status {
    #[prost(int32, tag = "1")]
    code: i32,
    #[prost(string, tag = "2")]
    message: String,
}

fn status(answer: &Answer) -> String {
    assert_eq!(answer.headers["content-type"], PROTOBUF);
    let Status { code, message } = Status::decode(answer.body.as_bytes()).unwrap();
    format!("{} {code} {message}", answer.status)
}

#[tokio::test]
async fn success_is_an_empty_message() {
    let app = TestApp::start().await;
    let key = app.key(KeyKind::Sensor).await;
    for path in ["/v1/logs", "/ingest/v2/otlp/logs"] {
        let body = logs(vec![record("one")]).encode_to_vec();
        let answer = app
            .post(path)
            .key(&key)
            .bytes(&body)
            .header("content-type", PROTOBUF);
        let answer = answer.send().await;
        assert_eq!((answer.status, &*answer.body), (200, ""), "{path}");
        assert_eq!(answer.headers["content-type"], PROTOBUF);
    }
    for path in ["/v1/logs", "/v1/traces", "/v1/metrics"] {
        let answer = app.post(path).key(&key).text("{}").send().await;
        assert_eq!(answer.shown(), "200 {}", "{path}");
        assert_eq!(answer.headers["content-type"], "application/json");
    }
}

#[tokio::test]
async fn partial_success_counts_what_was_refused() {
    let app = TestApp::start().await;
    let key = app.key(KeyKind::ThirdParty).await;
    let late = LogRecord {
        time_unix_nano: 1,
        ..LogRecord::default()
    };
    let body = logs(vec![record("good"), late]).encode_to_vec();
    let call = app
        .post("/v1/logs")
        .key(&key)
        .bytes(&body)
        .header("content-type", PROTOBUF);
    let answer = call.send().await;
    assert_eq!(answer.status, 200);
    assert!(
        answer
            .body
            .contains("records[1].timestamp: must be at most 10 years ago")
    );
    assert_eq!(app.log(Signal::Logs).await.len(), 1);

    let body = r#"{"resourceSpans":[{"scopeSpans":[{"spans":[{"startTimeUnixNano":1},{"name":"good"}]}]}]}"#;
    let answer = app.post("/v1/traces").key(&key).text(body).send().await;
    insta::assert_snapshot!(answer.shown(), @r#"200 {"partialSuccess":{"errorMessage":"1 refused, the first: records[0].timestamp: must be at most 10 years ago and 1 day ahead","rejectedSpans":"1"}}"#);
}

#[tokio::test]
async fn failures_are_a_status_in_the_encoding_of_the_request() {
    let app = TestApp::start().await;
    let send = |key: &policy::ApiKey, body: &[u8]| {
        app.post("/v1/logs")
            .key(key)
            .bytes(body)
            .header("content-type", PROTOBUF)
            .send()
    };
    let good = logs(vec![record("one")]).encode_to_vec();
    let key = app.key(KeyKind::ThirdParty).await;
    let rum = app.key(KeyKind::Rum).await;
    let spans_alone = app.key_with(KeyKind::ThirdParty, only(&["span"])).await;
    let unknown = policy::ApiKey::generate(KeyKind::ThirdParty, &mut rand::rng());
    let large = logs(vec![record(&"x".repeat(300_000))]).encode_to_vec();
    let late = logs(vec![LogRecord {
        time_unix_nano: 1,
        ..LogRecord::default()
    }])
    .encode_to_vec();
    let mut shown = Vec::new();
    for (key, body) in [
        (&unknown, &good),
        (&rum, &good),
        (&spans_alone, &good),
        (&key, &b"\xff".to_vec()),
        (&key, &large),
        (&key, &late),
    ] {
        shown.push(status(&send(key, body).await));
    }
    insta::assert_snapshot!(shown.join("\n"), @"
    401 16 the API key is not known (key_unknown)
    403 7 the API key is of a kind that may not do this (scope_missing)
    403 7 the API key may not send events of this name (event_not_allowed)
    400 3 byte 0: not a field of a protobuf message, or cut off (invalid_body)
    413 3 records[0] is larger than 256 KB (too_large)
    400 3 records[0].timestamp: must be at most 10 years ago and 1 day ahead (invalid_event)
    ");

    let answer = app.post("/v1/logs").text("{}").send().await;
    insta::assert_snapshot!(answer.shown(), @r#"401 {"code":16,"message":"the request carries no API key (key_missing)"}"#);
    let answer = app.post("/v1/logs").key(&key).text("{").send().await;
    insta::assert_snapshot!(answer.shown(), @r#"400 {"code":3,"message":"line 1, column 1: the JSON text ends too early (invalid_body)"}"#);
    let answer = app
        .post("/v1/logs")
        .key(&key)
        .text("{}")
        .header("content-type", "text/plain");
    insta::assert_snapshot!(answer.send().await.shown(), @r#"415 {"code":3,"message":"the Content-Type must be application/x-protobuf or application/json (unsupported_media_type)"}"#);
    assert!(app.log(Signal::Logs).await.is_empty());
}

#[tokio::test]
async fn a_store_that_is_away_is_503_with_retry_after() {
    let app = TestApp::start().await;
    let key = app.key(KeyKind::ThirdParty).await;
    app.stand_in.faults().inject(Fault::refused());
    let body = logs(vec![record("one")]).encode_to_vec();
    let call = app
        .post("/v1/logs")
        .key(&key)
        .bytes(&body)
        .header("content-type", PROTOBUF);
    let answer = call.send().await;
    assert_eq!(answer.headers["retry-after"], "2");
    insta::assert_snapshot!(status(&answer), @"503 14 the store does not answer: try again later (unavailable)");
}
