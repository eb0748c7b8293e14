//! Log records.

use opentelemetry_proto::tonic::logs::v1::LogRecord;
use serde::Serialize;
use serde::ser::Serializer;

use super::value::{Members, Value};

pub(super) struct Properties<'a>(pub &'a LogRecord);

impl Serialize for Properties<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(record) = self;
        let mut members = Members::new(serializer)?;
        members.number("timeUnixNano", record.time_unix_nano)?;
        members.number("observedTimeUnixNano", record.observed_time_unix_nano)?;
        members.number("severityNumber", record.severity_number)?;
        members.text("severityText", &record.severity_text)?;
        members.text("eventName", &record.event_name)?;
        members.optional("body", record.body.as_ref().map(Value).as_ref())?;
        members.attributes("attributes", &record.attributes)?;
        members.number("droppedAttributesCount", record.dropped_attributes_count)?;
        members.number("flags", record.flags)?;
        members.id("traceId", &record.trace_id)?;
        members.id("spanId", &record.span_id)?;
        members.end()
    }
}
