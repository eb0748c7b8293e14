//! Spans, log records and data points as protobuf.

use event::Timestamp;
use ingest::sources::Unreadable;
use ingest::sources::otlp::{self, Contexts, Encoding, Kind};
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::common::v1::{
    AnyValue, ArrayValue, InstrumentationScope, KeyValue, KeyValueList, any_value::Value,
};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as Number;
use opentelemetry_proto::tonic::metrics::v1::summary_data_point::ValueAtQuantile;
use opentelemetry_proto::tonic::metrics::v1::{
    ExponentialHistogram, ExponentialHistogramDataPoint, Gauge, Histogram, HistogramDataPoint,
    Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics, Sum, Summary, SummaryDataPoint,
};
use opentelemetry_proto::tonic::resource::v1::Resource;
use prost::Message;

use crate::support::{NOW, Recording, gzip, shown};

const TIME: u64 = 1_795_230_164_757_000_001;

fn decode(kind: Kind, body: &[u8]) -> String {
    shown(&otlp::decode(
        kind,
        Encoding::Protobuf,
        body,
        &Contexts::default(),
        NOW,
    ))
}

fn attribute(key: &str, value: Value) -> KeyValue {
    KeyValue {
        key: key.to_owned(),
        value: Some(any(value)),
        key_strindex: 0,
    }
}

fn any(value: Value) -> AnyValue {
    AnyValue { value: Some(value) }
}

fn text(text: &str) -> Value {
    Value::StringValue(text.to_owned())
}

pub(crate) fn logs(records: Vec<LogRecord>) -> ExportLogsServiceRequest {
    let resource = Resource {
        attributes: vec![attribute("service.name", text("checkout"))],
        ..Resource::default()
    };
    let scope_logs = vec![ScopeLogs {
        log_records: records,
        ..ScopeLogs::default()
    }];
    let logs = ResourceLogs {
        resource: Some(resource),
        scope_logs,
        ..ResourceLogs::default()
    };
    ExportLogsServiceRequest {
        resource_logs: vec![logs],
    }
}

pub(crate) fn record(body: &str) -> LogRecord {
    LogRecord {
        time_unix_nano: TIME,
        body: Some(any(text(body))),
        ..LogRecord::default()
    }
}

fn metrics(data: Data) -> Vec<u8> {
    let metric = Metric {
        name: "http.duration".to_owned(),
        description: "how long requests took".to_owned(),
        unit: "ms".to_owned(),
        metadata: vec![attribute("m", text("d"))],
        data: Some(data),
    };
    let scope_metrics = vec![ScopeMetrics {
        metrics: vec![metric],
        ..ScopeMetrics::default()
    }];
    let resource_metrics = vec![ResourceMetrics {
        scope_metrics,
        ..ResourceMetrics::default()
    }];
    ExportMetricsServiceRequest { resource_metrics }.encode_to_vec()
}

#[test]
fn spans_of_the_javascript_exporter() {
    let body = Recording::read("otlp/js-trace-protobuf").body;
    insta::assert_snapshot!(decode(Kind::Traces, &body), @r#"
    span at 2026-11-21T03:02:44.748Z (given)
      properties: {"traceId":"39f47c0419ff0a84f3193da6cfaec44a","spanId":"59a5a011627efab7","flags":257,"name":"op","kind":1,"startTimeUnixNano":1795230164748000000,"endTimeUnixNano":1795230164748061482,"attributes":{"a":1,"b":"x","c":true,"d":[1,2]}}
      device: {"resource":{"service.name":"checkout"},"scope":{"name":"t"}}
    "#);
}

#[test]
fn spans_of_the_python_exporter() {
    let body = Recording::read("otlp/py-trace-protobuf").body;
    insta::assert_snapshot!(decode(Kind::Traces, &body), @r#"
    span at 2026-11-21T03:02:50.185Z (given)
      properties: {"traceId":"4d778dcc7203f212c01b01ea004017cc","spanId":"ba54bd4f7c098bb4","flags":256,"name":"op","kind":1,"startTimeUnixNano":1795230170185262178,"endTimeUnixNano":1795230170185272133,"attributes":{"k":"v"}}
      device: {"resource":{"telemetry.sdk.language":"python","telemetry.sdk.name":"opentelemetry","telemetry.sdk.version":"1.45.2","service.instance.id":"c9798930-ce91-4c9a-92ee-17be6c1adf0b","service.name":"py"},"scope":{"name":"t"}}
    "#);
}

#[test]
fn log_records_of_fluent_bit() {
    let body = Recording::read("fluentbit/otlp").body;
    insta::assert_snapshot!(decode(Kind::Logs, &body), @r#"
    log at 2026-11-21T03:13:58.312Z (given)
      properties: {"timeUnixNano":1795230838312336057,"body":"hello","attributes":{"level":"info","n":1,"nested":{"a":[1,2]}}}
    "#);
}

#[test]
fn a_log_record_keeps_all_it_has() {
    let list = KeyValueList {
        values: vec![attribute("k", Value::BoolValue(true))],
    };
    let array = ArrayValue {
        values: vec![AnyValue::default(), any(text("x"))],
    };
    let record = LogRecord {
        time_unix_nano: TIME,
        observed_time_unix_nano: TIME + 1,
        severity_number: 17,
        severity_text: "ERROR".to_owned(),
        body: Some(any(Value::KvlistValue(list))),
        attributes: vec![
            attribute("max", Value::IntValue(i64::MAX)),
            attribute("min", Value::IntValue(i64::MIN)),
            attribute("one", Value::DoubleValue(1.0)),
            attribute("none", Value::DoubleValue(f64::NAN)),
            attribute("endless", Value::DoubleValue(f64::NEG_INFINITY)),
            attribute("bytes", Value::BytesValue(vec![0, 255])),
            attribute("array", Value::ArrayValue(array)),
            attribute("quote\"d", text("grüße\n")),
            KeyValue {
                key: "unset".to_owned(),
                ..KeyValue::default()
            },
        ],
        dropped_attributes_count: 2,
        flags: 1,
        trace_id: (1..17).collect(),
        span_id: vec![0xab; 8],
        event_name: "checkout.failed".to_owned(),
    };
    let mut request = logs(vec![record]);
    request.resource_logs[0].schema_url = "https://schema/1".to_owned();
    request.resource_logs[0].scope_logs[0].scope = Some(InstrumentationScope {
        name: "lib".to_owned(),
        version: "1.0".to_owned(),
        attributes: vec![attribute("a", Value::IntValue(1))],
        dropped_attributes_count: 0,
    });
    insta::assert_snapshot!(decode(Kind::Logs, &request.encode_to_vec()), @r#"
    log at 2026-11-21T03:02:44.757Z (given)
      properties: {"timeUnixNano":1795230164757000001,"observedTimeUnixNano":1795230164757000002,"severityNumber":17,"severityText":"ERROR","eventName":"checkout.failed","body":{"k":true},"attributes":{"max":9223372036854775807,"min":-9223372036854775808,"one":1.0,"none":"NaN","endless":"-Infinity","bytes":"AP8=","array":[null,"x"],"quote\"d":"grüße\n","unset":null},"droppedAttributesCount":2,"flags":1,"traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"abababababababab"}
      device: {"resource":{"service.name":"checkout"},"resourceSchemaUrl":"https://schema/1","scope":{"name":"lib","version":"1.0","attributes":{"a":1}}}
    "#);
}

#[test]
fn data_points_of_every_shape() {
    let attributes = vec![attribute("route", text("/"))];
    let number = |value| NumberDataPoint {
        attributes: attributes.clone(),
        start_time_unix_nano: TIME - 1_000,
        time_unix_nano: TIME,
        value: Some(value),
        ..NumberDataPoint::default()
    };
    let shapes = [
        Data::Gauge(Gauge {
            data_points: vec![number(Number::AsDouble(0.5))],
        }),
        Data::Sum(Sum {
            data_points: vec![number(Number::AsInt(i64::MAX)), number(Number::AsInt(-1))],
            aggregation_temporality: 2,
            is_monotonic: true,
        }),
        Data::Histogram(Histogram {
            data_points: vec![HistogramDataPoint {
                time_unix_nano: TIME,
                count: u64::MAX,
                sum: Some(2.5),
                bucket_counts: vec![1, u64::MAX],
                explicit_bounds: vec![10.0],
                ..HistogramDataPoint::default()
            }],
            aggregation_temporality: 1,
        }),
        Data::ExponentialHistogram(ExponentialHistogram {
            data_points: vec![ExponentialHistogramDataPoint {
                time_unix_nano: TIME,
                count: 3,
                scale: -1,
                ..ExponentialHistogramDataPoint::default()
            }],
            aggregation_temporality: 1,
        }),
        Data::Summary(Summary {
            data_points: vec![SummaryDataPoint {
                time_unix_nano: TIME,
                count: 3,
                sum: 6.0,
                quantile_values: vec![ValueAtQuantile {
                    quantile: 0.99,
                    value: 3.0,
                }],
                ..SummaryDataPoint::default()
            }],
        }),
    ];
    let shapes: String = shapes
        .map(|data| decode(Kind::Metrics, &metrics(data)))
        .concat();
    insta::assert_snapshot!(shapes, @r#"
    metric at 2026-11-21T03:02:44.757Z (given)
      properties: {"name":"http.duration","unit":"ms","type":"gauge","startTimeUnixNano":1795230164756999001,"timeUnixNano":1795230164757000001,"attributes":{"route":"/"},"value":0.5}
      device: {"description":"how long requests took","metadata":{"m":"d"}}
    metric at 2026-11-21T03:02:44.757Z (given)
      properties: {"name":"http.duration","unit":"ms","type":"sum","aggregationTemporality":2,"isMonotonic":true,"startTimeUnixNano":1795230164756999001,"timeUnixNano":1795230164757000001,"attributes":{"route":"/"},"value":9223372036854775807}
      device: {"description":"how long requests took","metadata":{"m":"d"}}
    metric at 2026-11-21T03:02:44.757Z (given)
      properties: {"name":"http.duration","unit":"ms","type":"sum","aggregationTemporality":2,"isMonotonic":true,"startTimeUnixNano":1795230164756999001,"timeUnixNano":1795230164757000001,"attributes":{"route":"/"},"value":-1}
      device: {"description":"how long requests took","metadata":{"m":"d"}}
    metric at 2026-11-21T03:02:44.757Z (given)
      properties: {"name":"http.duration","unit":"ms","type":"histogram","aggregationTemporality":1,"timeUnixNano":1795230164757000001,"count":18446744073709551615,"sum":2.5,"bucketCounts":[1,18446744073709551615],"explicitBounds":[10.0]}
      device: {"description":"how long requests took","metadata":{"m":"d"}}
    metric at 2026-11-21T03:02:44.757Z (given)
      properties: {"name":"http.duration","unit":"ms","type":"exponentialHistogram","aggregationTemporality":1,"timeUnixNano":1795230164757000001,"count":3,"scale":-1}
      device: {"description":"how long requests took","metadata":{"m":"d"}}
    metric at 2026-11-21T03:02:44.757Z (given)
      properties: {"name":"http.duration","unit":"ms","type":"summary","timeUnixNano":1795230164757000001,"count":3,"sum":6.0,"quantileValues":[{"quantile":0.99,"value":3.0}]}
      device: {"description":"how long requests took","metadata":{"m":"d"}}
    "#);
}

#[test]
fn a_record_without_a_time_has_that_of_its_observation_or_of_receipt() {
    let observed = LogRecord {
        observed_time_unix_nano: TIME,
        ..LogRecord::default()
    };
    let body = logs(vec![observed, LogRecord::default()]).encode_to_vec();
    insta::assert_snapshot!(decode(Kind::Logs, &body), @r#"
    log at 2026-11-21T03:02:44.757Z (given)
      properties: {"observedTimeUnixNano":1795230164757000001}
      device: {"resource":{"service.name":"checkout"}}
    log at 2026-11-21T06:00:00.000Z (receipt)
      properties: {}
      device: {"resource":{"service.name":"checkout"}}
    "#);
}

#[test]
fn a_value_that_nests_too_deep_is_refused() {
    let nested = |levels: usize| {
        (0..levels).fold(text("x"), |inner, _| {
            let values = vec![any(inner)];
            Value::ArrayValue(ArrayValue { values })
        })
    };
    let body = |levels| {
        let record = LogRecord {
            time_unix_nano: TIME,
            body: Some(any(nested(levels))),
            ..LogRecord::default()
        };
        logs(vec![record]).encode_to_vec()
    };
    assert!(decode(Kind::Logs, &body(40)).contains("[[[[\"x\"]]]]"));
    // The reader of the messages gives up before the limit of 64 is reached.
    insta::assert_snapshot!(decode(Kind::Logs, &body(64)), @"Invalid : is no message of its type");
}

#[test]
fn bad_records_are_refused_beside_good_ones() {
    let late = LogRecord {
        time_unix_nano: 1,
        ..LogRecord::default()
    };
    let large = record(&"x".repeat(256 * 1024));
    let body = logs(vec![record("good"), late, large, record("good, too")]).encode_to_vec();
    // The body's only "good, too" is no UTF-8 any more.
    let place = body
        .windows(9)
        .position(|window| window == b"good, too")
        .unwrap();
    let mut body = body;
    body[place] = 0xff;
    insta::assert_snapshot!(decode(Kind::Logs, &body), @r#"
    log at 2026-11-21T03:02:44.757Z (given)
      properties: {"timeUnixNano":1795230164757000001,"body":"good"}
      device: {"resource":{"service.name":"checkout"}}
    Invalid timestamp: must be at most 10 years ago and 1 day ahead
    TooLarge : is larger than 256 KB
    Invalid : is no message of its type
    "#);
}

#[test]
fn a_body_that_breaks_off_is_named_by_its_byte() {
    let body = logs(vec![record("one"), record("two")]).encode_to_vec();
    let cut = &body[..body.len() - 1];
    insta::assert_snapshot!(decode(Kind::Logs, cut), @r#"Malformed { at: "byte 0", message: "not a field of a protobuf message, or cut off" }"#);
    insta::assert_snapshot!(decode(Kind::Logs, &gzip(&body)), @r#"Malformed { at: "byte 0", message: "not a field of a protobuf message, or cut off" }"#);
    insta::assert_snapshot!(decode(Kind::Logs, b"{}"), @r#"Malformed { at: "byte 0", message: "not a field of a protobuf message, or cut off" }"#);
}

#[test]
fn an_empty_request_is_good() {
    assert_eq!(decode(Kind::Logs, b""), "");
}

#[test]
fn one_request_may_have_fifty_thousand_records_and_no_more() {
    let body = |count| logs(vec![LogRecord::default(); count]).encode_to_vec();
    let contexts = Contexts::default();
    let full = body(50_000);
    let outcomes = otlp::decode(Kind::Logs, Encoding::Protobuf, &full, &contexts, NOW);
    assert_eq!(outcomes.unwrap().len(), 50_000);
    let contexts = Contexts::default();
    let over = body(50_001);
    let outcomes = otlp::decode(Kind::Logs, Encoding::Protobuf, &over, &contexts, NOW);
    assert_eq!(outcomes, Err(Unreadable::TooMany { max: 50_000 }));
}

#[test]
fn the_resource_may_stand_behind_its_records() {
    let resource = ResourceLogs {
        resource: logs(vec![]).resource_logs[0].resource.clone(),
        ..Default::default()
    };
    let records = ResourceLogs {
        resource: None,
        ..logs(vec![record("x")]).resource_logs[0].clone()
    };
    // Fields of one message may be split and joined in any order.
    let inner = [records.encode_to_vec(), resource.encode_to_vec()].concat();
    let mut body = vec![0x0a, u8::try_from(inner.len()).unwrap()];
    body.extend(inner);
    let contexts = Contexts::default();
    let outcomes = otlp::decode(Kind::Logs, Encoding::Protobuf, &body, &contexts, NOW).unwrap();
    let draft = outcomes[0].as_ref().unwrap();
    assert_eq!(
        draft.members.device_data.as_deref(),
        Some(r#"{"resource":{"service.name":"checkout"}}"#)
    );
    assert_eq!(
        draft.members.timestamp,
        Timestamp::from_millis(1_795_230_164_757)
    );
}
