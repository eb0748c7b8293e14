//! Spans and log records.

use opentelemetry_proto::tonic::logs::v1 as logs;
use opentelemetry_proto::tonic::trace::v1 as trace;
use serde::Deserialize;

use super::FromJson;
use super::scalar::{Hex, Int, List, Text};
use super::value::{AnyValue, KeyValue};

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct LogRecord {
    time_unix_nano: Int<u64>,
    observed_time_unix_nano: Int<u64>,
    severity_number: Int<i32>,
    severity_text: Text,
    body: Option<AnyValue>,
    attributes: List<KeyValue>,
    dropped_attributes_count: Int<u32>,
    flags: Int<u32>,
    trace_id: Hex,
    span_id: Hex,
    event_name: Text,
}

impl FromJson for logs::LogRecord {
    fn from_json(json: &str) -> serde_json::Result<Self> {
        let record: LogRecord = serde_json::from_str(json)?;
        Ok(Self {
            time_unix_nano: record.time_unix_nano.0,
            observed_time_unix_nano: record.observed_time_unix_nano.0,
            severity_number: record.severity_number.0,
            severity_text: record.severity_text.0,
            body: record.body.map(Into::into),
            attributes: record.attributes.into(),
            dropped_attributes_count: record.dropped_attributes_count.0,
            flags: record.flags.0,
            trace_id: record.trace_id.0,
            span_id: record.span_id.0,
            event_name: record.event_name.0,
        })
    }
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
#[expect(clippy::struct_field_names, reason = "named as in the protocol")]
struct Span {
    trace_id: Hex,
    span_id: Hex,
    trace_state: Text,
    parent_span_id: Hex,
    flags: Int<u32>,
    name: Text,
    kind: Int<i32>,
    start_time_unix_nano: Int<u64>,
    end_time_unix_nano: Int<u64>,
    attributes: List<KeyValue>,
    dropped_attributes_count: Int<u32>,
    events: List<Event>,
    dropped_events_count: Int<u32>,
    links: List<Link>,
    dropped_links_count: Int<u32>,
    status: Option<Status>,
}

impl FromJson for trace::Span {
    fn from_json(json: &str) -> serde_json::Result<Self> {
        let span: Span = serde_json::from_str(json)?;
        Ok(Self {
            trace_id: span.trace_id.0,
            span_id: span.span_id.0,
            trace_state: span.trace_state.0,
            parent_span_id: span.parent_span_id.0,
            flags: span.flags.0,
            name: span.name.0,
            kind: span.kind.0,
            start_time_unix_nano: span.start_time_unix_nano.0,
            end_time_unix_nano: span.end_time_unix_nano.0,
            attributes: span.attributes.into(),
            dropped_attributes_count: span.dropped_attributes_count.0,
            events: span.events.into(),
            dropped_events_count: span.dropped_events_count.0,
            links: span.links.into(),
            dropped_links_count: span.dropped_links_count.0,
            status: span.status.map(Into::into),
        })
    }
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Event {
    time_unix_nano: Int<u64>,
    name: Text,
    attributes: List<KeyValue>,
    dropped_attributes_count: Int<u32>,
}

impl From<Event> for trace::span::Event {
    fn from(event: Event) -> Self {
        Self {
            time_unix_nano: event.time_unix_nano.0,
            name: event.name.0,
            attributes: event.attributes.into(),
            dropped_attributes_count: event.dropped_attributes_count.0,
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Link {
    trace_id: Hex,
    span_id: Hex,
    trace_state: Text,
    attributes: List<KeyValue>,
    dropped_attributes_count: Int<u32>,
    flags: Int<u32>,
}

impl From<Link> for trace::span::Link {
    fn from(link: Link) -> Self {
        Self {
            trace_id: link.trace_id.0,
            span_id: link.span_id.0,
            trace_state: link.trace_state.0,
            attributes: link.attributes.into(),
            dropped_attributes_count: link.dropped_attributes_count.0,
            flags: link.flags.0,
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Status {
    message: Text,
    code: Int<i32>,
}

impl From<Status> for trace::Status {
    fn from(status: Status) -> Self {
        Self {
            message: status.message.0,
            code: status.code.0,
        }
    }
}
