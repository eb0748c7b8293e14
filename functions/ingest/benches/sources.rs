//! How fast the decoders of the machines' formats are: CPU time of the thread, the best of many runs.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    unreachable_pub,
    reason = "a bench prints its measures and ends at the first thing that is wrong"
)]

mod measure;

use std::hint::black_box;

use event::Timestamp;
use ingest::sources::json_logs::{self, Format};
use ingest::sources::otlp::{self, Contexts, Encoding, Kind};
use ingest::sources::userflux;
use measure::{at_least, at_most, best_cpu_seconds};
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::common::v1::{
    AnyValue, InstrumentationScope, KeyValue, any_value::Value,
};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::resource::v1::Resource;
use prost::Message;
use serde_json::Value as Json;
use traffic::{Size, Traffic, Users, batch_body};

const NOW: Timestamp = Timestamp::from_millis(1_795_240_000_000);
/// The batch of the OpenTelemetry SDKs.
const BATCH: u64 = 512;

fn main() {
    let body = logs().encode_to_vec();
    println!(
        "{} bytes of protobuf a log record\n",
        body.len() as u64 / BATCH
    );
    let seconds = best_cpu_seconds(&|| {
        let contexts = Contexts::default();
        let kind = Kind::Logs;
        let outcomes = otlp::decode(kind, Encoding::Protobuf, &body, &contexts, NOW).unwrap();
        assert!(outcomes.iter().all(Result::is_ok));
        black_box(&outcomes);
    });
    at_least(
        "decode OTLP protobuf logs: batch 512",
        1e6,
        BATCH as f64 / seconds,
    );
    lines();
}

/// NDJSON against the path that is measured most, byte by byte.
fn lines() {
    let batch = batch_body(&Traffic::new(1, Size::Medium, Users::Mixed).events(100));
    let lines = lines_of(&batch);
    let per_byte = |body: &str, run: &dyn Fn()| best_cpu_seconds(run) / body.len() as f64;
    let userflux = per_byte(&batch, &|| {
        black_box(userflux::batch(&batch, NOW).unwrap());
    });
    let ndjson = per_byte(&lines, &|| {
        let outcomes = json_logs::decode(Format::Json, lines.as_bytes(), NOW).unwrap();
        assert!(outcomes.iter().all(Result::is_ok));
        black_box(&outcomes);
    });
    at_most(
        "decode NDJSON against a UserFlux batch, per byte",
        1.3,
        "times",
        ndjson / userflux,
    );
}

/// The same events as an application would log them.
fn lines_of(batch: &str) -> String {
    let batch: Json = serde_json::from_str(batch).unwrap();
    let mut lines = String::new();
    for event in batch["events"].as_array().unwrap() {
        let mut line = event.clone();
        let time = Timestamp::from_millis(event["timestamp"].as_i64().unwrap_or(NOW.as_millis()));
        line["timestamp"] = time.to_string().into();
        line["message"] = event["name"].clone();
        lines.push_str(&line.to_string());
        lines.push('\n');
    }
    lines
}

fn logs() -> ExportLogsServiceRequest {
    let record = |number: u64| LogRecord {
        time_unix_nano: 1_795_230_164_757_000_000 + number,
        observed_time_unix_nano: 1_795_230_164_757_100_000 + number,
        severity_number: 9,
        severity_text: "INFO".to_owned(),
        body: Some(AnyValue {
            value: Some(text(
                "order placed, 3 items for 42.50 EUR, delivered by tomorrow morning",
            )),
        }),
        attributes: vec![
            attribute("http.request.method", text("POST")),
            attribute("url.path", text("/api/v1/orders")),
            attribute("http.response.status_code", Value::IntValue(201)),
            attribute("thread.name", text("worker-7")),
        ],
        trace_id: (u128::from(number) << 64 | 0x1234_5678)
            .to_be_bytes()
            .to_vec(),
        span_id: number.to_be_bytes().to_vec(),
        flags: 1,
        ..LogRecord::default()
    };
    let resource = Resource {
        attributes: vec![
            attribute("service.name", text("checkout")),
            attribute("service.version", text("1.42.0")),
            attribute(
                "host.name",
                text("ip-10-0-12-34.eu-central-1.compute.internal"),
            ),
            attribute("k8s.namespace.name", text("shop")),
            attribute("k8s.pod.name", text("checkout-7d9f8b6c5d-x2x7z")),
            attribute("telemetry.sdk.language", text("java")),
        ],
        ..Resource::default()
    };
    let scope = InstrumentationScope {
        name: "com.example.Orders".to_owned(),
        ..Default::default()
    };
    ExportLogsServiceRequest {
        resource_logs: vec![ResourceLogs {
            resource: Some(resource),
            scope_logs: vec![ScopeLogs {
                scope: Some(scope),
                log_records: (0..BATCH).map(record).collect(),
                ..ScopeLogs::default()
            }],
            ..ResourceLogs::default()
        }],
    }
}

fn attribute(key: &str, value: Value) -> KeyValue {
    let value = Some(AnyValue { value: Some(value) });
    KeyValue {
        key: key.to_owned(),
        value,
        key_strindex: 0,
    }
}

fn text(text: &str) -> Value {
    Value::StringValue(text.to_owned())
}
