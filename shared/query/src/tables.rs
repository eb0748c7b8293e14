//! The tables and their columns.
//!
//! Every table lies in the event log under a signal of its own. Columns are either members of the
//! stored event or, for what machines send, values at a path of its properties.

mod batch;
mod documents;
mod page;
mod profiles;
mod provider;
mod range;
mod scan;
mod seen;

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use event::Signal;
use event::codec::Columns;

use crate::value::DYNAMIC;

pub(crate) use provider::Log;
pub(crate) use range::DEFAULT_SPAN;
pub(crate) use scan::{Meter, Scanned};

/// The time zone of every moment in the log.
const UTC: &str = "UTC";

/// The members of a span's properties that say when it began and ended.
const SPAN_START: &str = "startTimeUnixNano";
const SPAN_END: &str = "endTimeUnixNano";

/// A table that a query may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TableDef {
    /// Its names; the first is the one that error messages use.
    pub(crate) names: &'static [&'static str],
    pub(crate) signal: Signal,
    pub(crate) columns: &'static [ColumnDef],
}

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ColumnDef {
    pub(crate) name: &'static str,
    pub(crate) from: From,
}

/// Where the values of a column come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum From {
    Id,
    Name,
    Time,
    UserId,
    AnonymousId,
    /// The devices linked to a user.
    AnonymousIds,
    SessionId,
    ExternalId,
    Source,
    KeyId,
    ReceivedAt,
    Properties,
    DeviceData,
    /// A member of the properties, as text.
    Text(&'static [&'static str]),
    /// A member of the properties, as a whole number.
    Integer(&'static [&'static str]),
    /// A member of the properties, as a number.
    Number(&'static [&'static str]),
    /// A member of the properties, as it is.
    Value(&'static [&'static str]),
    /// A member of the properties that counts nanoseconds since 1970.
    Nanos(&'static [&'static str]),
    /// Milliseconds between the start and the end of a span.
    Duration,
    /// A member of the device data, as it is.
    Context(&'static [&'static str]),
    /// A member of the device data, as text.
    ContextText(&'static [&'static str]),
}

const fn column(name: &'static str, from: From) -> ColumnDef {
    ColumnDef { name, from }
}

/// What every table has at its end.
macro_rules! columns {
    ($($name:literal: $from:expr),* $(,)?) => {
        &[
            column("id", From::Id),
            column("timestamp", From::Time),
            $(column($name, $from),)*
            column("source", From::Source),
            column("keyId", From::KeyId),
            column("receivedAt", From::ReceivedAt),
            column("properties", From::Properties),
            column("deviceData", From::DeviceData),
        ]
    };
}

/// Every table.
pub(crate) const TABLES: [TableDef; 5] = [
    TableDef {
        names: &["eventsTable", "events"],
        signal: Signal::Events,
        columns: columns! {
            "name": From::Name,
            "userId": From::UserId,
            "anonymousId": From::AnonymousId,
            "sessionId": From::SessionId,
            "externalId": From::ExternalId,
        },
    },
    TableDef {
        names: &["profilesTable", "profiles"],
        signal: Signal::Profiles,
        // Made of many updates: see `profiles`, which fills them in this order.
        columns: &[
            column("userId", From::UserId),
            column("anonymousId", From::AnonymousId),
            column("anonymousIds", From::AnonymousIds),
            column("externalId", From::ExternalId),
            column("timestamp", From::Time),
            column("source", From::Source),
            column("keyId", From::KeyId),
            column("receivedAt", From::ReceivedAt),
            column("properties", From::Properties),
            column("deviceData", From::DeviceData),
        ],
    },
    TableDef {
        names: &["spans"],
        signal: Signal::Spans,
        columns: columns! {
            "name": From::Text(&["name"]),
            "traceId": From::Text(&["traceId"]),
            "spanId": From::Text(&["spanId"]),
            "parentSpanId": From::Text(&["parentSpanId"]),
            "kind": From::Integer(&["kind"]),
            "endTime": From::Nanos(&[SPAN_END]),
            "durationMs": From::Duration,
            "statusCode": From::Integer(&["status", "code"]),
            "statusMessage": From::Text(&["status", "message"]),
            "serviceName": From::ContextText(&["resource", "service.name"]),
            "attributes": From::Value(&["attributes"]),
            "resource": From::Context(&["resource"]),
            "scope": From::Context(&["scope"]),
        },
    },
    TableDef {
        names: &["logs"],
        signal: Signal::Logs,
        columns: columns! {
            "severityNumber": From::Integer(&["severityNumber"]),
            "severityText": From::Text(&["severityText"]),
            "body": From::Value(&["body"]),
            "message": From::Text(&["message"]),
            "traceId": From::Text(&["traceId"]),
            "spanId": From::Text(&["spanId"]),
            "serviceName": From::ContextText(&["resource", "service.name"]),
            "attributes": From::Value(&["attributes"]),
            "resource": From::Context(&["resource"]),
            "scope": From::Context(&["scope"]),
        },
    },
    TableDef {
        names: &["metricPoints"],
        signal: Signal::MetricPoints,
        columns: columns! {
            "name": From::Text(&["name"]),
            "unit": From::Text(&["unit"]),
            "type": From::Text(&["type"]),
            "value": From::Number(&["value"]),
            "count": From::Integer(&["count"]),
            "sum": From::Number(&["sum"]),
            "min": From::Number(&["min"]),
            "max": From::Number(&["max"]),
            "serviceName": From::ContextText(&["resource", "service.name"]),
            "attributes": From::Value(&["attributes"]),
            "resource": From::Context(&["resource"]),
            "scope": From::Context(&["scope"]),
        },
    },
];

/// Other names of columns, for texts that were written for UserFlux.
pub(crate) const COLUMN_ALIASES: [(&str, &str); 1] = [("ufProperties", "properties")];

impl TableDef {
    /// The types of the columns.
    pub(crate) fn schema(&self) -> SchemaRef {
        let fields = self.columns.iter().map(ColumnDef::field);
        Arc::new(Schema::new(fields.collect::<Vec<_>>()))
    }
}

impl ColumnDef {
    fn field(&self) -> Field {
        Field::new(self.name, self.from.data_type(), true)
    }
}

impl From {
    /// The type of the values.
    pub(crate) fn data_type(self) -> DataType {
        match self {
            Self::Time | Self::ReceivedAt | Self::Nanos(_) => {
                DataType::Timestamp(TimeUnit::Millisecond, Some(UTC.into()))
            }
            Self::Properties
            | Self::DeviceData
            | Self::AnonymousIds
            | Self::Value(_)
            | Self::Context(_) => DYNAMIC,
            Self::Integer(_) => DataType::Int64,
            Self::Number(_) | Self::Duration => DataType::Float64,
            Self::Id
            | Self::Name
            | Self::UserId
            | Self::AnonymousId
            | Self::SessionId
            | Self::ExternalId
            | Self::Source
            | Self::KeyId
            | Self::Text(_)
            | Self::ContextText(_) => DataType::Utf8View,
        }
    }

    /// What leads to the values in the document that they lie in; nothing for a whole document, and for
    /// what lies in none.
    pub(crate) fn path(self) -> &'static [&'static str] {
        match self {
            Self::Text(path)
            | Self::Integer(path)
            | Self::Number(path)
            | Self::Value(path)
            | Self::Nanos(path)
            | Self::Context(path)
            | Self::ContextText(path) => path,
            Self::Id
            | Self::Name
            | Self::Time
            | Self::UserId
            | Self::AnonymousId
            | Self::AnonymousIds
            | Self::SessionId
            | Self::ExternalId
            | Self::Source
            | Self::KeyId
            | Self::ReceivedAt
            | Self::Properties
            | Self::DeviceData
            | Self::Duration => &[],
        }
    }

    /// What has to be decoded of a chunk. Source, key and time of receipt lie beside it.
    pub(crate) fn stored(self) -> Columns {
        match self {
            Self::Id => Columns::ID,
            Self::Name => Columns::NAME,
            Self::Time | Self::Source | Self::KeyId | Self::ReceivedAt => Columns::TIME,
            Self::UserId => Columns::USER_ID,
            Self::AnonymousId | Self::AnonymousIds => Columns::ANONYMOUS_ID,
            Self::SessionId => Columns::SESSION_ID,
            Self::ExternalId => Columns::EXTERNAL_ID,
            Self::Properties
            | Self::Text(_)
            | Self::Integer(_)
            | Self::Number(_)
            | Self::Value(_)
            | Self::Nanos(_)
            | Self::Duration => Columns::PROPERTIES,
            Self::DeviceData | Self::Context(_) | Self::ContextText(_) => Columns::DEVICE_DATA,
        }
    }
}
