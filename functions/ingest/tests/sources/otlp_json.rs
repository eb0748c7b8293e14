//! OTLP as JSON: the same events as protobuf makes, by the rules of its JSON.

use ingest::sources::otlp::{self, Contexts, Encoding, Kind};

use crate::support::{NOW, Recording, shown};

fn decode(kind: Kind, body: &str) -> String {
    shown(&otlp::decode(
        kind,
        Encoding::Json,
        body.as_bytes(),
        &Contexts::default(),
        NOW,
    ))
}

fn log(record: &str) -> String {
    let body = format!(r#"{{"resourceLogs":[{{"scopeLogs":[{{"logRecords":[{record}]}}]}}]}}"#);
    decode(Kind::Logs, &body)
}

#[test]
fn spans_of_the_javascript_exporter() {
    let body = String::from_utf8(Recording::read("otlp/js-trace-json").body).unwrap();
    insta::assert_snapshot!(decode(Kind::Traces, &body), @r#"
    span at 2026-11-21T03:02:44.719Z (given)
      properties: {"traceId":"57b404dbf4b3f8c12bf40311262e9bf2","spanId":"f9a49774c3e0493e","flags":257,"name":"op","kind":1,"startTimeUnixNano":1795230164719000000,"endTimeUnixNano":1795230164719163975,"attributes":{"a":1,"b":"x","c":true,"d":[1,2]}}
      device: {"resource":{"service.name":"checkout"},"scope":{"name":"t"}}
    "#);
}

#[test]
fn log_records_of_the_javascript_exporter() {
    let body = String::from_utf8(Recording::read("otlp/js-logs-json").body).unwrap();
    insta::assert_snapshot!(decode(Kind::Logs, &body), @r#"
    log at 2026-11-21T03:02:44.757Z (given)
      properties: {"timeUnixNano":1795230164757000000,"observedTimeUnixNano":1795230164757000000,"severityNumber":9,"severityText":"INFO","body":"hello","attributes":{"k":"v"}}
      device: {"resource":{"service.name":"checkout"},"scope":{"name":"l"}}
    "#);
}

#[test]
fn integers_may_be_strings_or_numbers_and_nothing_is_lost() {
    insta::assert_snapshot!(log(r#"{
        "timeUnixNano": "1795230164757000001", "observedTimeUnixNano": 1795230164757000002,
        "severityNumber": 9, "flags": "1",
        "body": {"intValue": "9223372036854775807"},
        "attributes": [{"key": "a", "value": {"intValue": -9223372036854775808}},
                       {"key": "b", "value": {"doubleValue": "NaN"}},
                       {"key": "c", "value": {"doubleValue": 1}}]
    }"#), @r#"
    log at 2026-11-21T03:02:44.757Z (given)
      properties: {"timeUnixNano":1795230164757000001,"observedTimeUnixNano":1795230164757000002,"severityNumber":9,"body":9223372036854775807,"attributes":{"a":-9223372036854775808,"b":"NaN","c":1.0},"flags":1}
    "#);
}

#[test]
fn absent_null_empty_and_unknown_members_are_fine() {
    insta::assert_snapshot!(log(r#"{
        "timeUnixNano": "1795230164757000000", "severityText": null, "later": {"x": [1]},
        "traceId": "5B8EFFF798038103D269B633813FC60C", "spanId": "", "attributes": [
            {"key": "array", "value": {"arrayValue": {}}},
            {"key": "list", "value": {"kvlistValue": {"values": [{"key": "k"}]}}},
            {"key": "bytes", "value": {"bytesValue": "AP8="}},
            {"key": "nothing", "value": {}},
            {"value": {"stringValue": "no key"}}]
    }"#), @r#"
    log at 2026-11-21T03:02:44.757Z (given)
      properties: {"timeUnixNano":1795230164757000000,"attributes":{"array":[],"list":{"k":null},"bytes":"AP8=","nothing":null,"":"no key"},"traceId":"5b8efff798038103d269b633813fc60c"}
    "#);
}

#[test]
fn data_points_are_as_from_protobuf() {
    insta::assert_snapshot!(decode(Kind::Metrics, r#"{"resourceMetrics":[{
        "scopeMetrics":[{"scope":{"name":"s"},"metrics":[
            {"name":"up","description":"d","gauge":{"dataPoints":[
                {"timeUnixNano":"1795230164757000000","asInt":"9223372036854775807"},
                {"timeUnixNano":"1795230164757000000","asDouble":1}]}},
            {"name":"req","unit":"1","sum":{"aggregationTemporality":2,"isMonotonic":true,"dataPoints":[
                {"timeUnixNano":"1795230164757000000","asDouble":0.1,"attributes":[
                    {"key":"route","value":{"stringValue":"/"}}],
                 "exemplars":[{"timeUnixNano":"1795230164757000000","asInt":1,"traceId":"00ff"}]}]}},
            {"name":"lat","histogram":{"aggregationTemporality":1,"dataPoints":[
                {"timeUnixNano":"1795230164757000000","count":"2","sum":3,
                 "bucketCounts":["1",1],"explicitBounds":[0.5]}]}},
            {"name":"exp","exponentialHistogram":{"dataPoints":[
                {"timeUnixNano":"1795230164757000000","count":"2","scale":3,"zeroCount":"1",
                 "positive":{"offset":-1,"bucketCounts":["18446744073709551615"]}}]}},
            {"name":"sum","summary":{"dataPoints":[
                {"timeUnixNano":"1795230164757000000","count":2,"sum":3,
                 "quantileValues":[{"quantile":0.5,"value":"Infinity"}]}]}},
            {"name":"empty"}
        ]}],
        "resource":{"attributes":[{"key":"service.name","value":{"stringValue":"checkout"}}]}
    }]}"#), @r#"
    metric at 2026-11-21T03:02:44.757Z (given)
      properties: {"name":"up","type":"gauge","timeUnixNano":1795230164757000000,"value":9223372036854775807}
      device: {"resource":{"service.name":"checkout"},"scope":{"name":"s"},"description":"d"}
    metric at 2026-11-21T03:02:44.757Z (given)
      properties: {"name":"up","type":"gauge","timeUnixNano":1795230164757000000,"value":1.0}
      device: {"resource":{"service.name":"checkout"},"scope":{"name":"s"},"description":"d"}
    metric at 2026-11-21T03:02:44.757Z (given)
      properties: {"name":"req","unit":"1","type":"sum","aggregationTemporality":2,"isMonotonic":true,"timeUnixNano":1795230164757000000,"attributes":{"route":"/"},"value":0.1,"exemplars":[{"timeUnixNano":1795230164757000000,"value":1,"traceId":"00ff"}]}
      device: {"resource":{"service.name":"checkout"},"scope":{"name":"s"}}
    metric at 2026-11-21T03:02:44.757Z (given)
      properties: {"name":"lat","type":"histogram","aggregationTemporality":1,"timeUnixNano":1795230164757000000,"count":2,"sum":3.0,"bucketCounts":[1,1],"explicitBounds":[0.5]}
      device: {"resource":{"service.name":"checkout"},"scope":{"name":"s"}}
    metric at 2026-11-21T03:02:44.757Z (given)
      properties: {"name":"exp","type":"exponentialHistogram","timeUnixNano":1795230164757000000,"count":2,"scale":3,"zeroCount":1,"positive":{"offset":-1,"bucketCounts":[18446744073709551615]}}
      device: {"resource":{"service.name":"checkout"},"scope":{"name":"s"}}
    metric at 2026-11-21T03:02:44.757Z (given)
      properties: {"name":"sum","type":"summary","timeUnixNano":1795230164757000000,"count":2,"sum":3.0,"quantileValues":[{"quantile":0.5,"value":"Infinity"}]}
      device: {"resource":{"service.name":"checkout"},"scope":{"name":"s"}}
    "#);
}

#[test]
fn bad_records_are_refused_beside_good_ones() {
    insta::assert_snapshot!(log(r#"{"body":{"stringValue":"good"}}, {"traceId":"xyz"}, 5,
        {"severityNumber":"SEVERITY_NUMBER_INFO"}, {"timeUnixNano":-1}, {"attributes":{}},
        {"body":{"stringValue":"good, too"}}"#), @r#"
    log at 2026-11-21T06:00:00.000Z (receipt)
      properties: {"body":"good"}
    Invalid : is no message of its type
    Invalid : is no message of its type
    Invalid : is no message of its type
    Invalid : is no message of its type
    Invalid : is no message of its type
    log at 2026-11-21T06:00:00.000Z (receipt)
      properties: {"body":"good, too"}
    "#);
}

#[test]
fn bodies_of_no_use_are_named_by_their_place() {
    let cases = [
        "",
        "[]",
        "{\"resourceLogs\":[\n{]}",
        "{\"resourceLogs\":",
        r#"{"resourceLogs":5}"#,
        r#"{"resourceLogs":[5]}"#,
        r#"{"resourceLogs":[{"scopeLogs":{}}]}"#,
        r#"{"resourceLogs":[{"resource":5,"scopeLogs":[{"logRecords":[{}]}]}]}"#,
    ];
    let all: Vec<_> = cases.iter().map(|body| decode(Kind::Logs, body)).collect();
    insta::assert_snapshot!(all.join("\n"), @r#"
    Malformed { at: "line 1, column 1", message: "the body is empty" }
    Malformed { at: "line 1, column 1", message: "must be an object" }
    Malformed { at: "line 2, column 2", message: "the text is not valid JSON" }
    Malformed { at: "line 1, column 16", message: "the JSON text ends too early" }
    Malformed { at: "the array of resources", message: "must be an array" }
    Malformed { at: "a resource", message: "has an item that is not of the shape it should have" }
    Malformed { at: "scopeLogs", message: "must be an array" }
    Invalid : is no message of its type
    "#);
    let body = b"{\"resourceLogs\":\"\xff\"}";
    let contexts = Contexts::default();
    let outcomes = otlp::decode(Kind::Logs, Encoding::Json, body, &contexts, NOW);
    insta::assert_snapshot!(shown(&outcomes), @r#"Malformed { at: "byte 17", message: "not UTF-8" }"#);
}

#[test]
fn an_empty_request_is_good() {
    for body in ["{}", r#"{"resourceLogs":[]}"#, r#"{"resourceLogs":null}"#] {
        assert_eq!(decode(Kind::Logs, body), "", "{body}");
    }
}
