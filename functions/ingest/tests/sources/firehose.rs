//! Deliveries of Amazon Data Firehose.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ingest::sources::firehose::decode;
use serde_json::{Value, json};

use crate::support::{NOW, gzip, shown};

pub(crate) fn delivery(records: &[&[u8]]) -> Value {
    let records = records
        .iter()
        .map(|data| json!({"data": BASE64_STANDARD.encode(data)}));
    json!({
        "requestId": "ed4acda5-034f-9f42-bba1-f29aea6d7d8f",
        "timestamp": 1_795_230_164_757_i64,
        "records": records.collect::<Vec<_>>(),
    })
}

fn read(body: &str, attributes: Option<&str>) -> String {
    shown(&decode(body.as_bytes(), attributes, NOW).map(|delivery| delivery.outcomes))
}

fn records(records: &[&[u8]]) -> String {
    read(&delivery(records).to_string(), None)
}

pub(crate) fn cloud_watch() -> Vec<u8> {
    let message = json!({
        "messageType": "DATA_MESSAGE",
        "owner": "123456789012",
        "logGroup": "/aws/lambda/checkout",
        "logStream": "2026/11/21/[1]",
        "subscriptionFilters": ["all"],
        "logEvents": [
            {"id": "3195310660696698337880902507980421114328961542429EXAMPLE1",
             "timestamp": 1_795_230_164_000_i64, "message": "START RequestId: 1"},
            {"id": "3195310660696698337880902507980421114328961542429EXAMPLE2",
             "timestamp": 1_795_230_164_001_i64, "message": "{\"level\":\"INFO\",\"msg\":\"json\"}"},
            {"id": "3"},
        ],
    });
    gzip(message.to_string().as_bytes())
}

#[test]
fn json_objects_and_lines_of_text_in_any_arrangement() {
    insta::assert_snapshot!(records(&[
        b"{\"message\":\"a\",\"ts\":1795230164}\n{\"message\":\"b\"}\n",
        b"{\"message\":\"c\"}{\"message\":\"d\"}",
        b"plain \"text\"\n\nanother line\n",
        b"{\"not\": json}\n",
        b"[{\"message\":\"e\"}, 5]",
        b"[info] no array",
        b"",
        &gzip(b"{\"message\":\"f\"}"),
    ]), @r#"
    log at 2026-11-21T03:02:44.000Z (given)
      properties: {"message":"a","ts":1795230164}
    log at 2026-11-21T03:02:44.757Z (receipt)
      properties: {"message":"b"}
    log at 2026-11-21T03:02:44.757Z (receipt)
      properties: {"message":"c"}
    log at 2026-11-21T03:02:44.757Z (receipt)
      properties: {"message":"d"}
    log at 2026-11-21T03:02:44.757Z (receipt)
      properties: {"message":"plain \"text\""}
    log at 2026-11-21T03:02:44.757Z (receipt)
      properties: {"message":"another line"}
    log at 2026-11-21T03:02:44.757Z (receipt)
      properties: {"message":"{\"not\": json}"}
    log at 2026-11-21T03:02:44.757Z (receipt)
      properties: {"message":"e"}
    Invalid : must be an object
    log at 2026-11-21T03:02:44.757Z (receipt)
      properties: {"message":"[info] no array"}
    log at 2026-11-21T03:02:44.757Z (receipt)
      properties: {"message":"f"}
    "#);
}

#[test]
fn events_of_cloud_watch_logs_keep_their_ids_and_where_they_come_from() {
    insta::assert_snapshot!(records(&[&cloud_watch()]), @r#"
    log at 2026-11-21T03:02:44.000Z (given)
      id: 3195310660696698337880902507980421114328961542429EXAMPLE1
      properties: {"message":"START RequestId: 1"}
      device: {"owner":"123456789012","logGroup":"/aws/lambda/checkout","logStream":"2026/11/21/[1]","subscriptionFilters":["all"]}
    log at 2026-11-21T03:02:44.001Z (given)
      id: 3195310660696698337880902507980421114328961542429EXAMPLE2
      properties: {"level":"INFO","message":"json"}
      device: {"owner":"123456789012","logGroup":"/aws/lambda/checkout","logStream":"2026/11/21/[1]","subscriptionFilters":["all"]}
    Invalid logEvents: has an item without a message
    "#);
}

#[test]
fn a_control_message_brings_nothing() {
    let control = json!({"messageType": "CONTROL_MESSAGE", "owner": "CloudwatchLogs", "logGroup": "",
        "logStream": "", "subscriptionFilters": [], "logEvents": [
            {"id": "", "timestamp": 1_795_230_164_000_i64, "message": "CWL CONTROL MESSAGE: Checking health"}]});
    assert_eq!(records(&[&gzip(control.to_string().as_bytes())]), "");
}

#[test]
fn common_attributes_belong_to_every_event() {
    let body = delivery(&[b"{\"message\":\"a\"}", &cloud_watch()]).to_string();
    let shown = read(&body, Some(r#"{"commonAttributes":{"deployment":"blue"}}"#));
    assert_eq!(
        shown
            .matches(r#""commonAttributes":{"deployment":"blue"}"#)
            .count(),
        3,
        "{shown}"
    );
}

#[test]
fn what_belongs_to_all_records_may_nest_no_deeper_than_a_record() {
    let nested = |levels: usize| (1..levels).fold(json!({}), |inner, _| json!({"k": inner}));
    let attributes = |levels| json!({"commonAttributes": nested(levels)}).to_string();
    let body = delivery(&[b"{\"message\":\"a\"}", &cloud_watch()]).to_string();
    // They lie in an object of their own.
    let fits = read(&body, Some(&attributes(63)));
    assert_eq!(fits.matches("log at").count(), 3, "{fits}");
    insta::assert_snapshot!(read(&body, Some(&attributes(64))), @"
    Invalid : is nested deeper than 64 levels
    Invalid : is nested deeper than 64 levels
    Invalid : is nested deeper than 64 levels
    Invalid logEvents: has an item without a message
    ");

    let message = json!({
        "messageType": "DATA_MESSAGE",
        "owner": nested(64),
        "logEvents": [{"id": "1", "timestamp": 1_795_230_164_000_i64, "message": "x"}],
    });
    let message = gzip(message.to_string().as_bytes());
    insta::assert_snapshot!(records(&[&message]), @"Invalid : is nested deeper than 64 levels");
}

#[test]
fn bad_records_are_refused_beside_good_ones() {
    let large = "x".repeat(256 * 1024 + 1);
    let mut body = delivery(&[b"\xff", b"\x1f\x8bno gzip", large.as_bytes(), b"good"]);
    body["records"]
        .as_array_mut()
        .unwrap()
        .extend([json!({"data": "?"}), json!({}), json!(5)]);
    insta::assert_snapshot!(read(&body.to_string(), None), @r#"
    Invalid : is not UTF-8
    Invalid : is not valid gzip data
    TooLarge : is larger than 256 KB
    log at 2026-11-21T03:02:44.757Z (receipt)
      properties: {"message":"good"}
    Invalid : is not base64
    Invalid : must be an object with data in base64
    "#);
}

#[test]
fn what_unpacks_beyond_the_limit_is_refused() {
    let bomb = gzip(&vec![b' '; 11 * 1024 * 1024]);
    insta::assert_snapshot!(records(&[&bomb, &bomb, b"good"]), @r#"
    TooLarge : takes the request over 20 MB decompressed
    log at 2026-11-21T03:02:44.757Z (receipt)
      properties: {"message":"good"}
    "#);
}

#[test]
fn requests_of_no_use_are_named_by_their_place() {
    let cases = [
        "",
        "[]",
        "{",
        "{}",
        r#"{"requestId":"1"}"#,
        r#"{"requestId":"1","records":{}}"#,
    ];
    let shown: Vec<_> = cases.iter().map(|body| read(body, None)).collect();
    insta::assert_snapshot!(shown.join("\n"), @r#"
    Malformed { at: "line 1, column 1", message: "the body is empty" }
    Malformed { at: "line 1, column 1", message: "must be an object" }
    Malformed { at: "line 1, column 1", message: "the JSON text ends too early" }
    Malformed { at: "requestId", message: "is missing" }
    Malformed { at: "records", message: "is missing" }
    Malformed { at: "records", message: "must be an array" }
    "#);
}

#[test]
fn a_request_may_have_ten_thousand_records_and_no_more() {
    let body = |count| delivery(&vec![b"x".as_slice(); count]).to_string();
    assert_eq!(
        decode(body(10_000).as_bytes(), None, NOW)
            .unwrap()
            .outcomes
            .len(),
        10_000
    );
    insta::assert_snapshot!(read(&body(10_001), None), @"TooMany { max: 10000 }");
}
