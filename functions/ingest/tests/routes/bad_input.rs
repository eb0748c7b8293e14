//! Bodies that are of no use: each with its status, its code and the place.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::body::Body;
use edge::Connection;
use futures_util::stream;
use http::Request;
use policy::{ApiKey, KeyKind};
use serde_json::json;
use testkit::{Answer, TestApp};
use tower::ServiceExt as _;

async fn send(body: &[u8], encoding: Option<&str>) -> Answer {
    let app = TestApp::start().await;
    let key = app.key(KeyKind::WriteOnly).await;
    let call = app.post("/event/ingest/batch").key(&key).bytes(body);
    match encoding {
        Some(encoding) => call.header("content-encoding", encoding).send().await,
        None => call.send().await,
    }
}

async fn shown(body: &[u8], encoding: Option<&str>) -> String {
    send(body, encoding).await.shown()
}

#[tokio::test]
async fn malformed_json_is_named_by_line_and_column() {
    insta::assert_snapshot!(shown(b"{\"events\": [\n {]}", None).await, @r#"400 {"error":{"code":"invalid_body","message":"line 2, column 3: the text is not valid JSON","requestId":"test-request"}}"#);
}

#[tokio::test]
async fn invalid_utf_8_is_named_by_its_byte() {
    insta::assert_snapshot!(shown(b"{\"events\": \"\xff\"}", None).await, @r#"400 {"error":{"code":"invalid_body","message":"byte 12: not UTF-8","requestId":"test-request"}}"#);
}

#[tokio::test]
async fn a_thousand_and_one_events_are_too_many() {
    let body = json!({"events": vec![json!({"name": "x", "userId": "u"}); 1_001]}).to_string();
    insta::assert_snapshot!(shown(body.as_bytes(), None).await, @r#"413 {"error":{"code":"too_large","message":"events[1000]: a batch may have at most 1000 events","requestId":"test-request"}}"#);
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_as_sent_and_as_unpacked() {
    let large = vec![b' '; 4 * 1024 * 1024 + 1];
    insta::assert_snapshot!(shown(&large, None).await, @r#"413 {"error":{"code":"too_large","message":"the body may have at most 4 MB as sent","requestId":"test-request"}}"#);
    let bomb = zstd::encode_all(vec![b' '; 64 * 1024 * 1024].as_slice(), 3).unwrap();
    insta::assert_snapshot!(shown(&bomb, Some("zstd")).await, @r#"413 {"error":{"code":"too_large","message":"the body may have at most 20 MB decompressed","requestId":"test-request"}}"#);
}

#[tokio::test]
async fn an_unknown_encoding_is_refused() {
    insta::assert_snapshot!(shown(b"{}", Some("br")).await, @r#"415 {"error":{"code":"unsupported_encoding","message":"the Content-Encoding must be gzip, zstd or identity","requestId":"test-request"}}"#);
}

#[tokio::test]
async fn every_faulty_event_is_named_by_its_path() {
    let body = json!({"events": [{"userId": "u"}, {"name": "x"}, 5]}).to_string();
    let answer = send(body.as_bytes(), None).await;
    assert_eq!(answer.status, 400);
    insta::assert_json_snapshot!(answer.json(), @r#"
    {
      "accepted": 0,
      "error": {
        "code": "invalid_event",
        "message": "events[0].name: is missing",
        "requestId": "test-request"
      },
      "refused": [
        {
          "code": "invalid_event",
          "index": 0,
          "message": "is missing",
          "path": "events[0].name"
        },
        {
          "code": "invalid_event",
          "index": 1,
          "message": "is missing, and so is anonymousId: one is needed",
          "path": "events[1].userId"
        },
        {
          "code": "invalid_event",
          "index": 2,
          "message": "must be an object, not a number",
          "path": "events[2]"
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn what_is_wrong_with_a_body_is_told_only_to_a_caller_with_a_good_key() {
    let app = TestApp::start().await;
    let answer = app.post("/event/ingest").text("{").send().await;
    assert_eq!(answer.code(), "key_missing");
}

/// The status for a request with this key, and whether its body was read.
async fn read(app: &TestApp, path: &str, key: Option<&str>) -> (u16, bool) {
    let read = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&read);
    let body = stream::once(async move {
        seen.store(true, Ordering::Relaxed);
        Ok::<_, Infallible>("{}")
    });
    let connection = Connection {
        source_ip: "203.0.113.7".parse().unwrap(),
        request_id: "test-request".into(),
    };
    let request = Request::post(path).extension(connection);
    let request = match key {
        Some(key) => request.header("apikey", key),
        None => request,
    };
    let request = request.body(Body::from_stream(body)).unwrap();
    let answer = ingest::router(&app.runtime).oneshot(request).await.unwrap();
    (answer.status().as_u16(), read.load(Ordering::Relaxed))
}

#[tokio::test]
async fn without_what_could_be_a_key_the_body_is_not_even_read() {
    let app = TestApp::start().await;
    let good = app.key(KeyKind::ThirdParty).await;
    let unknown = ApiKey::generate(KeyKind::ThirdParty, &mut rand::rng());
    let mut wrong = good.expose().to_owned();
    let last = if wrong.pop() == Some('a') { 'b' } else { 'a' };
    wrong.push(last);
    for path in [
        "/event/ingest",
        "/profile",
        "/v1/logs",
        "/json/logs",
        "/firehose/logs",
    ] {
        assert_eq!(read(&app, path, None).await, (401, false), "{path}");
        for malformed in ["?", &*wrong] {
            assert_eq!(
                read(&app, path, Some(malformed)).await,
                (401, false),
                "{path}"
            );
        }
        assert_eq!(
            read(&app, path, Some(unknown.expose())).await,
            (401, true),
            "{path}"
        );
    }
    assert_eq!(
        read(&app, "/v1/logs", Some(good.expose())).await,
        (200, true)
    );
}
