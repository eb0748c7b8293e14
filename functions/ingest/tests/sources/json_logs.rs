//! Logs as JSON, in every arrangement, and in msgpack.

use ingest::sources::json_logs::{Format, decode};

use crate::support::{NOW, Recording, shown};

fn json(body: &[u8]) -> String {
    shown(&decode(Format::Json, body, NOW))
}

fn msgpack(body: &[u8]) -> String {
    shown(&decode(Format::Msgpack, body, NOW))
}

#[test]
fn what_fluent_bit_sends() {
    let json = [
        "fluentbit/json",
        "fluentbit/json-lines",
        "fluentbit/json-stream",
    ]
    .map(|name| json(&Recording::read(name).body));
    insta::assert_snapshot!(json.concat(), @r#"
    log at 2026-11-21T03:13:33.312Z (given)
      properties: {"timestamp":"2026-11-21T03:13:33.312436Z","message":"hello","level":"info","n":1,"nested":{"a":[1,2]}}
    log at 2026-11-21T03:13:38.312Z (given)
      properties: {"date":1795230818.312356,"message":"hello","level":"info","n":1,"nested":{"a":[1,2]}}
    log at 2026-11-21T03:13:43.312Z (given)
      properties: {"date":1795230823.312412,"message":"hello","level":"info","n":1,"nested":{"a":[1,2]}}
    "#);
    insta::assert_snapshot!(msgpack(&Recording::read("fluentbit/msgpack").body), @r#"
    log at 2026-11-21T03:13:53.312Z (given)
      properties: {"message":"hello","level":"info","n":1,"nested":{"a":[1,2]}}
    "#);
}

#[test]
fn what_syslog_ng_sends() {
    insta::assert_snapshot!(json(&Recording::read("syslog/ndjson").body), @r#"
    log at 2026-11-21T03:05:14.000Z (given)
      properties: {"timestamp":"2026-11-21T03:05:14+00:00","service":{"name":"sng"},"message":"one"}
    log at 2026-11-21T03:05:14.000Z (given)
      properties: {"timestamp":"2026-11-21T03:05:14+00:00","service":{"name":"sng"},"message":"two"}
    log at 2026-11-21T03:05:14.000Z (given)
      properties: {"timestamp":"2026-11-21T03:05:14+00:00","service":{"name":"sng"},"message":"three"}
    "#);
}

#[test]
fn the_first_name_that_holds_a_time_or_a_message_counts() {
    insta::assert_snapshot!(json(br#"
        {"ts":1795230164,"time":"12 ms","log":"a","msg":7}
        {"timestamp":"never","date":"2026-11-21 03:00:00","msg":"b","text":"c"}
        {"time":1795230164757000001,"message":7,"log":"d","n":9007199254740993,"uni":"\u00e9"}
        {"content":"e","dup":1,"dup":2}
        {}
    "#), @r#"
    log at 2026-11-21T03:02:44.000Z (given)
      properties: {"ts":1795230164,"time":"12 ms","message":"a","msg":7}
    log at 2026-11-21T03:00:00.000Z (given)
      properties: {"timestamp":"never","date":"2026-11-21 03:00:00","message":"b","text":"c"}
    log at 2026-11-21T03:02:44.757Z (given)
      properties: {"time":1795230164757000001,"message":7,"log":"d","n":9007199254740993,"uni":"\u00e9"}
    log at 2026-11-21T06:00:00.000Z (receipt)
      properties: {"message":"e","dup":1,"dup":2}
    log at 2026-11-21T06:00:00.000Z (receipt)
      properties: {}
    "#);
}

#[test]
fn what_is_no_possible_moment_is_no_time() {
    insta::assert_snapshot!(json(br#"
        {"msg":"done","time":250000000}
        {"msg":"done","time":250000000,"ts":1795230164}
        {"msg":"reset","timestamp":"1970-01-01T00:00:00Z","date":"2026-11-21T03:00:00Z"}
        {"msg":"ahead","time":"2026-11-23T06:00:00Z"}
    "#), @r#"
    log at 2026-11-21T06:00:00.000Z (receipt)
      properties: {"message":"done","time":250000000}
    log at 2026-11-21T03:02:44.000Z (given)
      properties: {"message":"done","time":250000000,"ts":1795230164}
    log at 2026-11-21T03:00:00.000Z (given)
      properties: {"message":"reset","timestamp":"1970-01-01T00:00:00Z","date":"2026-11-21T03:00:00Z"}
    log at 2026-11-21T06:00:00.000Z (receipt)
      properties: {"message":"ahead","time":"2026-11-23T06:00:00Z"}
    "#);
}

#[test]
fn objects_may_stand_behind_one_another_or_take_several_lines() {
    insta::assert_snapshot!(json(b"{\"message\":\"a\"}{\"message\":\"b\"} {\"message\":\n \"c\"}{\"message\":\"d\"}\n\n{\n}"), @r#"
    log at 2026-11-21T06:00:00.000Z (receipt)
      properties: {"message":"a"}
    log at 2026-11-21T06:00:00.000Z (receipt)
      properties: {"message":"b"}
    log at 2026-11-21T06:00:00.000Z (receipt)
      properties: {"message":
     "c"}
    log at 2026-11-21T06:00:00.000Z (receipt)
      properties: {"message":"d"}
    log at 2026-11-21T06:00:00.000Z (receipt)
      properties: {
    }
    "#);
    insta::assert_snapshot!(json(br#" [ {"message":"a"} , {"message":"b"} ] [{"message":"c"}] [] "#), @r#"
    log at 2026-11-21T06:00:00.000Z (receipt)
      properties: {"message":"a"}
    log at 2026-11-21T06:00:00.000Z (receipt)
      properties: {"message":"b"}
    log at 2026-11-21T06:00:00.000Z (receipt)
      properties: {"message":"c"}
    "#);
}

#[test]
fn a_broken_line_costs_itself_alone() {
    let body = b"{\"message\":\"a\"}\n{\"message\":\n{\"message\":\"b\"} rest\n5\n\xff\n{\"message\":\"c\"}\n{\"message\":\"d";
    insta::assert_snapshot!(json(body), @r#"
    log at 2026-11-21T06:00:00.000Z (receipt)
      properties: {"message":"a"}
    Invalid : is no JSON object
    log at 2026-11-21T06:00:00.000Z (receipt)
      properties: {"message":"b"}
    Invalid : is no JSON object
    Invalid : is no JSON object
    Invalid : is not UTF-8
    log at 2026-11-21T06:00:00.000Z (receipt)
      properties: {"message":"c"}
    Invalid : is no JSON object
    "#);
    // Also where all of it is text.
    let body = "{\"message\":\"a\"}\n{\"message\":\n{\"message\":\"b\"}\n{\"message\":\"d";
    insta::assert_snapshot!(json(body.as_bytes()), @r#"
    log at 2026-11-21T06:00:00.000Z (receipt)
      properties: {"message":"a"}
    Invalid : is no JSON object
    log at 2026-11-21T06:00:00.000Z (receipt)
      properties: {"message":"b"}
    Invalid : is no JSON object
    "#);
}

#[test]
fn an_array_is_valid_as_a_whole_or_not_at_all() {
    let cases: [&[u8]; 6] = [
        b"[{\"message\":\"a\"}, 5, {\"message\":\"b\"}]",
        b"[{\"message\":\"a\"},\n {\"message\":]",
        b"[{\"message\":\"a\"}",
        b"[{\"message\":\"a\"}] rest",
        b"[{\"message\":\"\xff\"}]",
        b"  ",
    ];
    insta::assert_snapshot!(cases.map(json).join("\n"), @r#"
    log at 2026-11-21T06:00:00.000Z (receipt)
      properties: {"message":"a"}
    Invalid : must be an object
    log at 2026-11-21T06:00:00.000Z (receipt)
      properties: {"message":"b"}

    Malformed { at: "line 2, column 2", message: "what begins here is not valid JSON, or ends too early" }
    Malformed { at: "line 1, column 17", message: "the JSON text ends too early" }
    Malformed { at: "line 1, column 19", message: "what begins here is not valid JSON, or ends too early" }
    Malformed { at: "byte 13", message: "not UTF-8" }
    Malformed { at: "line 1, column 1", message: "the body is empty" }
    "#);
}

#[test]
fn records_that_are_too_large_or_too_deep_are_refused_beside_good_ones() {
    let large = format!(r#"{{"message":"{}"}}"#, "x".repeat(256 * 1024));
    let deep = format!(r#"{{"message":{}1{}}}"#, "[".repeat(64), "]".repeat(64));
    let body = [&large, r#"{"message":"good"}"#, &deep].join("\n");
    insta::assert_snapshot!(json(body.as_bytes()), @r#"
    TooLarge : is larger than 256 KB
    log at 2026-11-21T06:00:00.000Z (receipt)
      properties: {"message":"good"}
    Invalid : is nested deeper than 64 levels
    "#);
}

#[test]
fn lines_that_only_begin_do_not_take_quadratic_time() {
    let body = "{\"a\":[\n".repeat(40_000);
    let outcomes = decode(Format::Json, body.as_bytes(), NOW).unwrap();
    assert_eq!(outcomes.len(), 40_000);
    let body = "{\"a\":1}".repeat(50_000);
    assert_eq!(
        decode(Format::Json, body.as_bytes(), NOW).unwrap().len(),
        50_000
    );
}

#[test]
fn msgpack_in_other_shapes() {
    // [time as a number, record], a record alone, an array of records.
    let body = [
        b"\x92\xce\x6b\x01\x0c\x71\x81\xa3log\xa1a".as_slice(),
        b"\x81\xa3msg\xa1b",
        b"\x92\x81\xa3msg\xa1c\x81\xa3msg\xa1d",
        // Metadata, and values that JSON has no way to say.
        b"\x92\x92\xd7\x00\x6b\x01\x0c\x71\x00\x0f\x42\x40\x81\xa1m\x01",
        b"\x86\xa1a\xcb\x7f\xf8\x00\x00\x00\x00\x00\x00\x07\xc0\xa1b\xc4\x02\xff\x00\xa1c\xd4\x05\x09\
          \xa1d\xcf\xff\xff\xff\xff\xff\xff\xff\xff\xa1e\xd3\x80\x00\x00\x00\x00\x00\x00\x00",
    ]
    .concat();
    insta::assert_snapshot!(msgpack(&body), @r#"
    log at 2026-11-21T03:13:53.000Z (given)
      properties: {"message":"a"}
    log at 2026-11-21T06:00:00.000Z (receipt)
      properties: {"message":"b"}
    log at 2026-11-21T06:00:00.000Z (receipt)
      properties: {"message":"c"}
    log at 2026-11-21T06:00:00.000Z (receipt)
      properties: {"message":"d"}
    log at 2026-11-21T03:13:53.001Z (given)
      properties: {"a":"NaN","7":null,"b":"/wA=","c":"CQ==","d":18446744073709551615,"e":-9223372036854775808}
      device: {"m":1}
    "#);
}

#[test]
fn msgpack_that_breaks_off_keeps_what_came_before() {
    let whole = Recording::read("fluentbit/msgpack").body;
    let mut body = whole.repeat(2);
    body.truncate(body.len() - 1);
    let shown = msgpack(&body);
    assert_eq!(
        shown.lines().last(),
        Some("Invalid : is cut off, or no msgpack"),
        "{shown}"
    );
    insta::assert_snapshot!(msgpack(&whole[..20]), @r#"Malformed { at: "byte 0", message: "not msgpack, or cut off" }"#);
    insta::assert_snapshot!(msgpack(b""), @r#"Malformed { at: "byte 0", message: "the body is empty" }"#);
    insta::assert_snapshot!(msgpack(b"\x05\xc1"), @"
    Invalid : must be a time and a map
    Invalid : is cut off, or no msgpack
    ");
}
