//! Spans.

use opentelemetry_proto::tonic::trace::v1::span::{Event, Link};
use opentelemetry_proto::tonic::trace::v1::{Span, Status};
use serde::Serialize;
use serde::ser::Serializer;

use super::value::Members;

pub(super) struct Properties<'a>(pub &'a Span);

impl Serialize for Properties<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(span) = self;
        let mut members = Members::new(serializer)?;
        members.id("traceId", &span.trace_id)?;
        members.id("spanId", &span.span_id)?;
        members.id("parentSpanId", &span.parent_span_id)?;
        members.text("traceState", &span.trace_state)?;
        members.number("flags", span.flags)?;
        members.text("name", &span.name)?;
        members.number("kind", span.kind)?;
        members.number("startTimeUnixNano", span.start_time_unix_nano)?;
        members.number("endTimeUnixNano", span.end_time_unix_nano)?;
        members.attributes("attributes", &span.attributes)?;
        members.number("droppedAttributesCount", span.dropped_attributes_count)?;
        members.list("events", span.events.iter().map(ShownEvent))?;
        members.number("droppedEventsCount", span.dropped_events_count)?;
        members.list("links", span.links.iter().map(ShownLink))?;
        members.number("droppedLinksCount", span.dropped_links_count)?;
        let status = span
            .status
            .as_ref()
            .filter(|&status| *status != Status::default());
        members.optional("status", status.map(ShownStatus).as_ref())?;
        members.end()
    }
}

struct ShownEvent<'a>(&'a Event);

impl Serialize for ShownEvent<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(event) = self;
        let mut members = Members::new(serializer)?;
        members.number("timeUnixNano", event.time_unix_nano)?;
        members.text("name", &event.name)?;
        members.attributes("attributes", &event.attributes)?;
        members.number("droppedAttributesCount", event.dropped_attributes_count)?;
        members.end()
    }
}

struct ShownLink<'a>(&'a Link);

impl Serialize for ShownLink<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(link) = self;
        let mut members = Members::new(serializer)?;
        members.id("traceId", &link.trace_id)?;
        members.id("spanId", &link.span_id)?;
        members.text("traceState", &link.trace_state)?;
        members.attributes("attributes", &link.attributes)?;
        members.number("droppedAttributesCount", link.dropped_attributes_count)?;
        members.number("flags", link.flags)?;
        members.end()
    }
}

struct ShownStatus<'a>(&'a Status);

impl Serialize for ShownStatus<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(status) = self;
        let mut members = Members::new(serializer)?;
        members.number("code", status.code)?;
        members.text("message", &status.message)?;
        members.end()
    }
}
