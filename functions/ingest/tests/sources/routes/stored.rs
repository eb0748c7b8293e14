//! What was sent is in the log when the answer comes, once.

use std::time::Duration;

use event::{Signal, Source};
use policy::KeyKind;
use serde_json::json;
use testkit::TestApp;

use super::{ids, only, properties};
use crate::firehose::{cloud_watch, delivery};
use crate::rum::exception;
use crate::support::{Recording, gzip};

const RECORDINGS: [&str; 11] = [
    "otlp/js-trace-json",
    "otlp/js-trace-protobuf",
    "otlp/py-trace-protobuf",
    "otlp/js-logs-json",
    "fluentbit/otlp",
    "fluentbit/json",
    "fluentbit/json-lines",
    "fluentbit/json-stream",
    "fluentbit/json-lines-gzip",
    "fluentbit/msgpack",
    "syslog/ndjson",
];

#[tokio::test]
async fn every_recorded_request_is_stored_as_its_format_decodes_it() {
    let app = TestApp::start().await;
    let key = app.key(KeyKind::ThirdParty).await;
    for name in RECORDINGS {
        let recording = Recording::read(name);
        let answer = recording.send(&app, &key).await;
        let expected = if recording.path == "/json/logs" {
            204
        } else {
            200
        };
        assert_eq!(answer.status, expected, "{name}: {}", answer.body);
        // As a client that had no answer does.
        assert_eq!(recording.send(&app, &key).await.status, expected, "{name}");
    }
    let mut sources: Vec<_> = Vec::new();
    for signal in [Signal::Logs, Signal::Spans] {
        let chunks = app.chunks(signal).await;
        sources.extend(
            chunks
                .iter()
                .map(|chunk| (signal, chunk.meta.source, chunk.count)),
        );
    }
    sources.sort_unstable();
    assert_eq!(
        sources,
        [
            (Signal::Spans, Source::Otlp, 1),
            (Signal::Spans, Source::Otlp, 1),
            (Signal::Spans, Source::Otlp, 1),
            (Signal::Logs, Source::Otlp, 1),
            (Signal::Logs, Source::Otlp, 1),
            (Signal::Logs, Source::JsonLogs, 1),
            (Signal::Logs, Source::JsonLogs, 1),
            (Signal::Logs, Source::JsonLogs, 1),
            (Signal::Logs, Source::JsonLogs, 1),
            (Signal::Logs, Source::JsonLogs, 1),
            (Signal::Logs, Source::JsonLogs, 3),
        ]
    );
}

#[tokio::test]
async fn a_record_is_read_back_to_the_letter() {
    let app = TestApp::start().await;
    let key = app.key(KeyKind::Sensor).await;
    let record =
        r#"{"message":"gr\u00fc\u00dfe ✓", "n": 9007199254740993,"at":1795230164757000001}"#;
    for path in [
        "/json/logs",
        "/ingest/v2/json/logs",
        "/ingest/v2/json/events",
    ] {
        let body = format!("{record}\n");
        let answer = app.post(path).key(&key).text(&body).send().await;
        assert_eq!(answer.status, 204, "{path}: {}", answer.body);
    }
    let stored = properties(&app, Signal::Logs).await;
    assert!(
        stored.iter().all(|properties| properties == record),
        "{stored:?}"
    );
}

#[tokio::test]
async fn every_compression_is_taken() {
    let app = TestApp::start().await;
    let key = app.key(KeyKind::ThirdParty).await;
    let body = |n: u8| json!({"message": "x", "n": n, "ts": 1_795_230_164}).to_string();
    let block = snap::raw::Encoder::new()
        .compress_vec(body(3).as_bytes())
        .unwrap();
    for (encoding, packed) in [
        ("gzip", gzip(body(1).as_bytes())),
        ("zstd", zstd::encode_all(body(2).as_bytes(), 3).unwrap()),
        ("snappy", block),
    ] {
        let call = app.post("/json/logs").key(&key).bytes(&packed);
        let answer = call.header("content-encoding", encoding).send().await;
        assert_eq!(answer.status, 204, "{encoding}: {}", answer.body);
    }
    assert_eq!(app.log(Signal::Logs).await.len(), 3);
}

#[tokio::test]
async fn a_redelivery_of_firehose_is_stored_once() {
    let app = TestApp::start().await;
    let key = app.key(KeyKind::ThirdParty).await;
    let body = delivery(&[
        b"plain line\nplain line\n",
        &cloud_watch(),
        b"{\"message\":\"x\"}",
    ]);
    let send = || {
        let call = app.post("/firehose/logs").json(&body);
        let call = call.header("x-amz-firehose-access-key", key.expose());
        call.header(
            "x-amz-firehose-request-id",
            "ed4acda5-034f-9f42-bba1-f29aea6d7d8f",
        )
        .send()
    };
    let answer = send().await;
    insta::assert_snapshot!(answer.shown(), @r#"200 {"requestId":"ed4acda5-034f-9f42-bba1-f29aea6d7d8f","timestamp":1795240800000}"#);
    assert_eq!(answer.headers["content-type"], "application/json");
    app.clock.advance(Duration::from_hours(3));
    assert_eq!(send().await.status, 200);
    // Two equal lines, two events of CloudWatch Logs, one object.
    assert_eq!(app.log(Signal::Logs).await.len(), 5);
    assert_eq!(ids(&app, Signal::Logs).await.len(), 5);
}

#[tokio::test]
async fn equal_lines_of_one_request_are_as_many_records_and_sent_again_the_same() {
    let app = TestApp::start().await;
    let key = app.key(KeyKind::Sensor).await;
    let body = r#"{"time":"2026-11-21T03:05:14Z","message":"refused"}"#.repeat(3);
    for _ in 0..2 {
        assert_eq!(
            app.post("/json/logs")
                .key(&key)
                .text(&body)
                .send()
                .await
                .status,
            204
        );
    }
    assert_eq!(app.log(Signal::Logs).await.len(), 3);
    assert_eq!(ids(&app, Signal::Logs).await.len(), 3);
}

#[tokio::test]
async fn a_record_without_a_time_is_known_again_by_the_idempotency_key() {
    let app = TestApp::start().await;
    let key = app.key(KeyKind::Sensor).await;
    let send = async |mark: &str| {
        let call = app.post("/json/logs").key(&key).text(r#"{"message":"x"}"#);
        let answer = call.header("idempotency-key", mark).send().await;
        assert_eq!(answer.status, 204, "{}", answer.body);
        app.clock.advance(Duration::from_hours(2));
    };
    send("one").await;
    send("one").await;
    send("two").await;
    assert_eq!(ids(&app, Signal::Logs).await.len(), 2);
}

#[tokio::test]
async fn rum_events_appear_in_the_timeline_of_their_user() {
    let mut app = TestApp::start().await;
    let key = app.key(KeyKind::Rum).await;
    let call = app
        .post("/json/rum")
        .key(&key)
        .bytes(&gzip(exception().as_bytes()));
    let answer = call.header("content-encoding", "gzip").send().await;
    insta::assert_snapshot!(answer.shown(), @r#"200 {"accepted":1,"refused":[]}"#);
    app.project().await;
    let reader = app.key(KeyKind::ReadWrite).await;
    let timeline = app
        .get("/profile/u-1/events")
        .key(&reader)
        .send()
        .await
        .json();
    let event = &timeline["events"][0];
    assert_eq!(
        (&event["name"], &event["id"]),
        (&json!("exception"), &json!("0192f3c4"))
    );
    assert_eq!(
        (&event["source"], &event["sessionId"]),
        (&json!("rum"), &json!("s-1"))
    );
}

#[tokio::test]
async fn a_rum_event_that_identifies_updates_the_profile() {
    let app = TestApp::start().await;
    let key = app.key(KeyKind::Rum).await;
    let body = json!({"events": [
        {"type": "identify", "userId": "ada", "anonymousId": "d-1", "attributes": {"plan": "pro"}},
        {"type": "view", "anonymousId": "d-1"},
    ]});
    let answer = app.post(&format!("/json/rum?apikey={}", key.expose()));
    let answer = answer
        .json(&body)
        .header("content-type", "text/plain")
        .send()
        .await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let reader = app.key(KeyKind::ReadWrite).await;
    let profile = app.get("/profile/ada").key(&reader).send().await.json();
    assert_eq!(profile["properties"], json!({"plan": "pro"}));
    assert_eq!(profile["anonymousIds"], json!(["d-1"]));
    let events = app.log(Signal::Events).await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].name, "view");
}

#[tokio::test]
async fn an_update_that_the_policy_refuses_changes_no_profile() {
    let app = TestApp::start().await;
    let key = app.key_with(KeyKind::Rum, only(&["page_*"])).await;
    let body = json!({"events": [{"type": "page_view"}, {"type": "identify", "userId": "ann"}]});
    let answer = app.post("/json/rum").key(&key).json(&body).send().await;
    insta::assert_snapshot!(answer.shown(), @r#"200 {"accepted":1,"refused":[{"index":1,"code":"event_not_allowed","path":"events[1].type","message":"the API key may not send events of this name"}]}"#);
    let reader = app.key(KeyKind::ReadWrite).await;
    let profile = app.get("/profile/ann").key(&reader).send().await;
    assert_eq!(profile.status, 404);
}

#[tokio::test]
async fn profile_updates_beyond_a_hundred_of_one_request_are_refused_and_the_rest_is_taken() {
    let app = TestApp::start().await;
    let key = app.key(KeyKind::Rum).await;
    let identify =
        |n: usize| json!({"type": "identify", "userId": "ada", "attributes": {format!("p{n}"): n}});
    let mut events: Vec<_> = (0..102).map(identify).collect();
    // Told by its place in the body, also behind one that is refused for something else.
    events.insert(0, json!({"type": ""}));
    events.push(json!({"type": "view", "userId": "ada"}));
    let answer = app.post("/json/rum").key(&key);
    let answer = answer.json(&json!({"events": events})).send().await;
    insta::assert_snapshot!(answer.shown(), @r#"200 {"accepted":101,"refused":[{"index":0,"code":"invalid_event","path":"events[0].type","message":"must not be empty"},{"index":101,"code":"too_large","path":"events[101]","message":"is one more than the 100 profile updates of a request"},{"index":102,"code":"too_large","path":"events[102]","message":"is one more than the 100 profile updates of a request"}]}"#);
    let reader = app.key(KeyKind::ReadWrite).await;
    let profile = app.get("/profile/ada").key(&reader).send().await.json();
    assert_eq!(profile["properties"].as_object().unwrap().len(), 100);
    assert_eq!(app.log(Signal::Events).await.len(), 1);
}
