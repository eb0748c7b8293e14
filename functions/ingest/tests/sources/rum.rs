//! Real user monitoring.

use ingest::sources::rum::decode;
use serde_json::json;

use crate::support::{NOW, shown};

/// As the Go and Python SDKs for errors send it.
pub(crate) fn exception() -> String {
    json!({
        "sessionAttributes": {
            "service.name": "shop", "env": "prod", "releaseId": "1.2.3",
            "session_start_time": 1_795_230_100_000_000_001_i64, "userAgent": "go",
        },
        "events": [{
            "type": "exception", "level": "error", "timestamp": 1_795_230_164_757_000_001_i64,
            "id": "0192f3c4", "spanId": "00f067aa0ba902b7", "parentSpanId": "", "traceId": "",
            "attributes": {
                "error_type": "ValueError", "error_message": "no", "error_handled": true,
                "error_stacktrace": [{"filename": "a.py", "function": "f", "lineno": 3, "colno": 0}],
                "error_fingerprint": "f1", "error_metadata": {
                    "user.id": "u-1", "user.email": "ada@example.com", "session.id": "s-1",
                    "anonymous_id": "a-1", "severity_number": 17,
                },
            },
        }],
    })
    .to_string()
}

fn read(body: &str) -> String {
    shown(&decode(body.as_bytes(), NOW))
}

#[test]
fn an_exception_knows_its_user_from_the_metadata() {
    insta::assert_snapshot!(read(&exception()), @r#"
    exception at 2026-11-21T03:02:44.757Z (given)
      id: 0192f3c4
      user: u-1
      anonymous: a-1
      session: s-1
      properties: {"attributes":{"error_fingerprint":"f1","error_handled":true,"error_message":"no","error_metadata":{"anonymous_id":"a-1","session.id":"s-1","severity_number":17,"user.email":"ada@example.com","user.id":"u-1"},"error_stacktrace":[{"colno":0,"filename":"a.py","function":"f","lineno":3}],"error_type":"ValueError"},"level":"error","parentSpanId":"","spanId":"00f067aa0ba902b7","timestamp":1795230164757000001,"traceId":""}
      device: {"env":"prod","releaseId":"1.2.3","service.name":"shop","session_start_time":1795230100000000001,"userAgent":"go"}
    "#);
}

#[test]
fn what_an_event_says_of_its_user_counts_before_what_the_session_says() {
    insta::assert_snapshot!(read(r#"{
        "sessionAttributes": {"user.id": "session", "anonymousId": "device", "session.id": 7},
        "events": [
            {"type": "view", "userId": "own", "attributes": {"userId": "attribute"}},
            {"type": "view", "attributes": {"user.id": "attribute", "anonymous_id": "\u0001"}},
            {"type": "view", "timestamp": 1795230164757}
        ]
    }"#), @r#"
    view at 2026-11-21T06:00:00.000Z (receipt)
      user: own
      anonymous: device
      session: 7
      properties: {"userId":"own","attributes":{"userId": "attribute"}}
      device: {"user.id": "session", "anonymousId": "device", "session.id": 7}
    view at 2026-11-21T06:00:00.000Z (receipt)
      user: attribute
      anonymous: device
      session: 7
      properties: {"attributes":{"user.id": "attribute", "anonymous_id": "\u0001"}}
      device: {"user.id": "session", "anonymousId": "device", "session.id": 7}
    view at 2026-11-21T03:02:44.757Z (given)
      user: session
      anonymous: device
      session: 7
      properties: {"timestamp":1795230164757}
      device: {"user.id": "session", "anonymousId": "device", "session.id": 7}
    "#);
}

#[test]
fn bad_events_are_refused_beside_good_ones() {
    let large = json!({"type": "x", "attributes": {"p": "x".repeat(256 * 1024)}}).to_string();
    let body = format!(
        r#"{{"events": [{{"type":"good"}}, {{}}, {{"type":5}}, {{"type":""}}, {{"type":"x","id":5}}, 7,
            {{"type":"x","id":"{}"}}, {{"type":"x","timestamp":1000000000}}, {large}]}}"#,
        "i".repeat(129)
    );
    insta::assert_snapshot!(read(&body), @"
    good at 2026-11-21T06:00:00.000Z (receipt)
      properties: {}
    Invalid type: is missing
    Invalid type: must be a string
    Invalid type: must not be empty
    Invalid id: must be a string
    Invalid : must be an object
    Invalid id: must be at most 128 characters
    Invalid timestamp: must be at most 10 years ago and 1 day ahead
    TooLarge : is larger than 256 KB
    ");
}

#[test]
fn neither_an_event_nor_its_session_may_nest_deeper_than_64_levels() {
    let nested = |levels: usize| (1..levels).fold(json!({}), |inner, _| json!({"k": inner}));
    let body = |session, event| {
        let event = json!({"type": "view", "attributes": nested(event)});
        json!({"sessionAttributes": nested(session), "events": [event]}).to_string()
    };
    // The attributes lie in the event.
    let fits = body(64, 63);
    assert!(decode(fits.as_bytes(), NOW).unwrap()[0].is_ok());
    for too_deep in [body(65, 1), body(1, 64)] {
        insta::allow_duplicates! {
            insta::assert_snapshot!(read(&too_deep), @"Invalid : is nested deeper than 64 levels");
        }
    }
}

#[test]
fn an_update_of_a_profile_needs_whose_it_is_and_an_object() {
    insta::assert_snapshot!(read(r#"{"events": [
        {"type": "identify", "userId": "ann", "attributes": {"plan": "pro"}},
        {"type": "identify", "anonymousId": "d-1", "attributes": null},
        {"type": "identify", "attributes": {"plan": "pro"}},
        {"type": "identify", "userId": "", "anonymousId": "d-1"},
        {"type": "identify", "userId": "ann", "attributes": ["pro"]}
    ]}"#), @r#"
    identify at 2026-11-21T06:00:00.000Z (receipt)
      user: ann
      properties: {"userId":"ann","attributes":{"plan": "pro"}}
    identify at 2026-11-21T06:00:00.000Z (receipt)
      anonymous: d-1
      properties: {"anonymousId":"d-1","attributes":null}
    Invalid userId: is missing, and so is anonymousId: one is needed
    Invalid userId: must be a text of 1 to 128 characters
    Invalid attributes: must be an object
    "#);
}

#[test]
fn bodies_of_no_use_are_named_by_their_place() {
    let cases = [
        "",
        "[]",
        "{",
        "{}",
        r#"{"events":5}"#,
        r#"{"events":[],"sessionAttributes":[]}"#,
    ];
    let shown: Vec<_> = cases.iter().map(|body| read(body)).collect();
    insta::assert_snapshot!(shown.join("\n"), @r#"
    Malformed { at: "line 1, column 1", message: "the body is empty" }
    Malformed { at: "line 1, column 1", message: "must be an object" }
    Malformed { at: "line 1, column 1", message: "the JSON text ends too early" }
    Malformed { at: "events", message: "is missing" }
    Malformed { at: "events", message: "must be an array" }
    Malformed { at: "sessionAttributes", message: "must be an object" }
    "#);
    let many = json!({"events": vec![json!({"type": "x"}); 1_001]}).to_string();
    insta::assert_snapshot!(read(&many), @"TooMany { max: 1000 }");
}
