//! Messages as the JSON in which events hold them: members named as in OTLP's JSON, attributes as an
//! object, identifiers in lower-case hexadecimal digits, integers as numbers of any size; what has
//! its default value is left out.

mod log;
mod point;
mod span;
mod value;

use event::Timestamp;
use opentelemetry_proto::tonic::common::v1::{InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use opentelemetry_proto::tonic::resource::v1::Resource;
use serde::Serialize;
use serde::ser::Serializer;

use self::value::Members;
use super::group::{Group, Payload};
use super::{Kind, read, read_into};
use crate::sources::records::{MAX_TEXT_BYTES, too_large};
use crate::sources::{Invalid, time};

/// What is used again for each record.
#[derive(Debug, Default)]
pub(super) struct Renderer {
    text: Vec<u8>,
    log: LogRecord,
}

impl Renderer {
    fn render(&mut self, value: &impl Serialize) -> Result<String, Invalid> {
        render(&mut self.text, value)
    }
}

fn render(buffer: &mut Vec<u8>, value: &impl Serialize) -> Result<String, Invalid> {
    buffer.clear();
    let unfit = |_| Invalid::at("", "cannot be said in JSON");
    serde_json::to_writer(&mut *buffer, value).map_err(unfit)?;
    let text = std::str::from_utf8(buffer).map_err(|_| Invalid::at("", "is not UTF-8"))?;
    Ok(text.to_owned())
}

/// The time of a record and its text, the properties of the event.
pub(super) fn record<P: Payload>(
    kind: Kind,
    group: &Group<'_, P>,
    payload: P,
    renderer: &mut Renderer,
) -> Result<(Option<Timestamp>, String), Invalid> {
    match (kind, &group.metric) {
        (Kind::Traces, _) => {
            let span = read(payload)?;
            let text = renderer.render(&span::Properties(&span))?;
            Ok((time::from_nanos(span.start_time_unix_nano), text))
        }
        (Kind::Logs, _) => {
            let Renderer { text, log: record } = renderer;
            read_into(payload, record)?;
            let text = render(text, &log::Properties(record))?;
            let nanos = [record.time_unix_nano, record.observed_time_unix_nano];
            Ok((nanos.into_iter().find_map(time::from_nanos), text))
        }
        (Kind::Metrics, Some(metric)) => point::render(metric, payload, renderer),
        (Kind::Metrics, None) => Err(Invalid::at("", "belongs to no metric")),
    }
}

/// The text of a group's resource and scope, and of what its metric is; `None` where they say
/// nothing. What is wrong with it is wrong with each record of the group.
pub(super) type Context = Result<Option<String>, Invalid>;

/// The context of each group.
pub(super) fn contexts<P: Payload>(groups: &[Group<'_, P>]) -> Vec<Context> {
    let mut buffer = Vec::new();
    let mut last = None;
    let mut bytes = 0_usize;
    let mut rendered = |group: &Group<'_, P>| {
        if bytes > MAX_TEXT_BYTES {
            return Err(too_large());
        }
        // Groups of one resource follow one another: it is read once.
        if let Some(payload) = group.resource
            && !last
                .as_ref()
                .is_some_and(|&(known, _): &(P, _)| payload.is(known))
        {
            last = Some((payload, read::<Resource, P>(payload)));
        }
        let resource = last.as_ref().filter(|_| group.resource.is_some());
        let resource = resource.map(|(_, resource)| resource.as_ref().map_err(Invalid::clone));
        let scope: Option<InstrumentationScope> = group.scope.map(read).transpose()?;
        let metadata = group.metric.iter().flat_map(|metric| &metric.metadata);
        let metadata: Vec<KeyValue> = metadata
            .map(|&payload| read(payload))
            .collect::<Result<_, _>>()?;
        let said = Said {
            description: group
                .metric
                .as_ref()
                .map_or("", |metric| &metric.description),
            metadata: &metadata,
            resource: resource.transpose()?,
            resource_schema: &group.resource_schema,
            scope: scope.as_ref(),
            schema: &group.schema,
        };
        let text = render(&mut buffer, &said)?;
        bytes += text.len();
        Ok((text != "{}").then_some(text))
    };
    groups.iter().map(&mut rendered).collect()
}

/// What an event holds as the data of its device.
struct Said<'a> {
    description: &'a str,
    metadata: &'a [KeyValue],
    resource: Option<&'a Resource>,
    resource_schema: &'a str,
    scope: Option<&'a InstrumentationScope>,
    schema: &'a str,
}

impl Serialize for Said<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = Members::new(serializer)?;
        if let Some(resource) = self.resource {
            members.attributes("resource", &resource.attributes)?;
            let dropped = resource.dropped_attributes_count;
            members.number("resourceDroppedAttributesCount", dropped)?;
        }
        members.text("resourceSchemaUrl", self.resource_schema)?;
        if let Some(scope) = self
            .scope
            .filter(|&scope| *scope != InstrumentationScope::default())
        {
            members.entry("scope", &Scope(scope))?;
        }
        members.text("schemaUrl", self.schema)?;
        members.text("description", self.description)?;
        members.attributes("metadata", self.metadata)?;
        members.end()
    }
}

struct Scope<'a>(&'a InstrumentationScope);

impl Serialize for Scope<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(scope) = self;
        let mut members = Members::new(serializer)?;
        members.text("name", &scope.name)?;
        members.text("version", &scope.version)?;
        members.attributes("attributes", &scope.attributes)?;
        members.number("droppedAttributesCount", scope.dropped_attributes_count)?;
        members.end()
    }
}
