//! What the other formats answer when something is wrong.

use std::time::Duration;

use event::{Clock as _, Signal};
use policy::{ApiKey, KeyKind};
use serde_json::json;
use telemetry::read::{Point, Range, Reader};
use testkit::{Fault, TestApp};

use super::only;
use crate::firehose::delivery;
use crate::rum::exception;

#[tokio::test]
async fn firehose_gets_its_own_body_for_every_status() {
    let app = TestApp::start().await;
    let key = app.key(KeyKind::ThirdParty).await;
    let sensor = app.key(KeyKind::Sensor).await;
    let unknown = ApiKey::generate(KeyKind::ThirdParty, &mut rand::rng());
    let spans_alone = app.key_with(KeyKind::ThirdParty, only(&["span"])).await;
    let good = delivery(&[b"x"]).to_string();
    let large = " ".repeat(4 * 1024 * 1024 + 1);
    let bad = delivery(&[b"\xff"]).to_string();
    let mut shown = Vec::new();
    for (key, body) in [
        (&unknown, &good),
        (&sensor, &good),
        (&spans_alone, &good),
        (&key, &"{".to_owned()),
        (&key, &large),
        (&key, &bad),
    ] {
        let call = app.post("/firehose/logs").text(body);
        let call = call.header("x-amz-firehose-access-key", key.expose());
        let answer = call.header("x-amz-firehose-request-id", "r-1").send().await;
        assert_eq!(answer.headers["content-type"], "application/json");
        shown.push(answer.shown());
    }
    insta::assert_snapshot!(shown.join("\n"), @r#"
    401 {"requestId":"r-1","timestamp":1795240800000,"errorMessage":"the API key is not known (key_unknown)"}
    403 {"requestId":"r-1","timestamp":1795240800000,"errorMessage":"the API key is of a kind that may not do this (scope_missing)"}
    403 {"requestId":"r-1","timestamp":1795240800000,"errorMessage":"the API key may not send events of this name (event_not_allowed)"}
    400 {"requestId":"r-1","timestamp":1795240800000,"errorMessage":"line 1, column 1: the JSON text ends too early (invalid_body)"}
    413 {"requestId":"r-1","timestamp":1795240800000,"errorMessage":"the body may have at most 4 MB as sent (too_large)"}
    400 {"requestId":"r-1","timestamp":1795240800000,"errorMessage":"records[0]: is not UTF-8 (invalid_event)"}
    "#);
}

#[tokio::test]
async fn another_method_is_refused_in_the_words_of_the_format() {
    let app = TestApp::start().await;
    let get = |path| {
        app.to_ingest("GET", path)
            .header("x-amz-firehose-request-id", "r-1")
    };
    let answer = get("/firehose/logs").send().await;
    insta::assert_snapshot!(answer.shown(), @r#"405 {"requestId":"r-1","timestamp":1795240800000,"errorMessage":"this path does not take this method (method_not_allowed)"}"#);
    assert_eq!(answer.headers["allow"], "POST");
    for path in [
        "/v1/traces",
        "/v1/logs",
        "/v1/metrics",
        "/ingest/v2/otlp/logs",
    ] {
        let answer = get(path).send().await;
        insta::allow_duplicates! {
            insta::assert_snapshot!(answer.shown(), @r#"405 {"code":3,"message":"this path does not take this method (method_not_allowed)"}"#);
        }
        let answer = get(path)
            .header("content-type", "application/x-protobuf")
            .send()
            .await;
        assert_eq!(answer.headers["content-type"], "application/x-protobuf");
        assert!(
            answer.body.ends_with("(method_not_allowed)"),
            "{}",
            answer.body
        );
    }
}

#[tokio::test]
async fn a_store_that_is_away_is_said_in_the_words_of_the_format_with_retry_after() {
    let app = TestApp::start().await;
    let key = app.key(KeyKind::ThirdParty).await;
    let rum = app.key(KeyKind::Rum).await;
    app.stand_in.faults().inject(Fault::refused());
    let mut shown = Vec::new();
    for (key, path, body) in [
        (&key, "/firehose/logs", delivery(&[b"x"]).to_string()),
        (&key, "/v1/logs", "{}".to_owned()),
        (&key, "/json/logs", "{}".to_owned()),
        (&rum, "/json/rum", exception()),
    ] {
        let call = app.post(path).key(key).text(&body);
        let answer = call.header("x-amz-firehose-request-id", "r-1").send().await;
        assert_eq!(answer.headers["retry-after"], "2", "{path}");
        shown.push(answer.shown());
    }
    insta::assert_snapshot!(shown.join("\n"), @r#"
    503 {"requestId":"r-1","timestamp":1795240800000,"errorMessage":"the store does not answer: try again later (unavailable)"}
    503 {"code":14,"message":"the store does not answer: try again later (unavailable)"}
    503 {"error":{"code":"unavailable","message":"the store does not answer: try again later","requestId":"test-request"}}
    503 {"error":{"code":"unavailable","message":"the store does not answer: try again later","requestId":"test-request"}}
    "#);
}

#[tokio::test]
async fn refused_records_are_counted_where_the_format_cannot_name_them() {
    let app = TestApp::start().await;
    // CloudWatch takes no value that is much older.
    app.clock.set(edge::SystemClock.now());
    let key = app.key(KeyKind::ThirdParty).await;
    let large = json!({"message": "x".repeat(300_000)}).to_string();
    let body = delivery(&[b"good", b"\xff", large.as_bytes()]).to_string();
    let answer = app
        .post("/firehose/logs")
        .key(&key)
        .text(&body)
        .send()
        .await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let (now, hour) = (app.clock.now(), Duration::from_hours(1));
    app.runtime.metrics.flush(now).await;
    let range = Range::new(now.minus(hour), now.plus(hour)).unwrap();
    let reader = Reader::new(app.cloud_watch.clone());
    let graphs = reader.graphs(&app.workspace, range).await.unwrap();
    let sum = |points: &[Point]| {
        points
            .iter()
            .map(|point| point.value)
            .sum::<f64>()
            .to_string()
    };
    let events = &graphs.user_events;
    assert_eq!(
        (sum(&events.accepted), sum(&events.refused)),
        ("1".to_owned(), "2".to_owned())
    );
}

#[tokio::test]
async fn refused_log_records_are_named_one_by_one_and_the_others_stored() {
    let app = TestApp::start().await;
    let key = app.key(KeyKind::ThirdParty).await;
    let body = "{\"message\":\"good\"}\n{\"message\":\n{\"message\":\"good, too\"}\n";
    let answer = app.post("/json/logs").key(&key).text(body);
    let answer = answer
        .header("content-type", "application/x-ndjson")
        .send()
        .await;
    insta::assert_snapshot!(answer.shown(), @r#"200 {"accepted":2,"refused":[{"index":1,"code":"invalid_event","path":"records[1]","message":"is no JSON object"}]}"#);
    assert_eq!(app.log(Signal::Logs).await.len(), 2);

    let answer = app
        .post("/json/logs")
        .key(&key)
        .text("[{\"message\":\"good\"},")
        .send()
        .await;
    insta::assert_snapshot!(answer.shown(), @r#"400 {"error":{"code":"invalid_body","message":"line 1, column 21: the JSON text ends too early","requestId":"test-request"}}"#);
    let answer = app
        .post("/json/logs")
        .key(&key)
        .text("no JSON")
        .send()
        .await;
    insta::assert_snapshot!(answer.shown(), @r#"400 {"error":{"code":"invalid_event","message":"records[0]: is no JSON object","requestId":"test-request"},"accepted":0,"refused":[{"index":0,"code":"invalid_event","path":"records[0]","message":"is no JSON object"}]}"#);
    let answer = app
        .post("/json/logs")
        .key(&key)
        .text("{}")
        .header("content-type", "text/csv");
    insta::assert_snapshot!(answer.send().await.shown(), @r#"415 {"error":{"code":"unsupported_media_type","message":"the Content-Type must be application/json, application/x-ndjson or application/msgpack","requestId":"test-request"}}"#);
}

#[tokio::test]
async fn refused_rum_events_are_named_one_by_one() {
    let app = TestApp::start().await;
    let key = app.key_with(KeyKind::Rum, only(&["view"])).await;
    let body = json!({"events": [{"type": "view"}, {"type": "click", "id": "c-1"}, {"type": 5}]});
    let answer = app.post("/json/rum").key(&key).json(&body).send().await;
    insta::assert_snapshot!(answer.shown(), @r#"200 {"accepted":1,"refused":[{"index":1,"id":"c-1","code":"event_not_allowed","path":"events[1].type","message":"the API key may not send events of this name"},{"index":2,"code":"invalid_event","path":"events[2].type","message":"must be a string"}]}"#);
    let answer = app
        .post("/json/rum")
        .key(&key)
        .text(&exception())
        .send()
        .await;
    assert_eq!((answer.status, &*answer.code()), (403, "event_not_allowed"));
}
