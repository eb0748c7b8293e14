//! Decoded chunks as columns of Arrow.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, Float64Builder, Int64Builder, LargeBinaryBuilder, RecordBatch, RecordBatchOptions,
    StringViewBuilder, TimestampMillisecondBuilder,
};
use arrow::datatypes::SchemaRef;
use event::codec::Table;
use store::StoredChunk;

use super::{From, SPAN_END, SPAN_START, UTC};
use crate::QueryError;
use crate::value::{self, Step, Value};

/// Columns that grow chunk by chunk.
pub(super) struct Batch(Vec<Column>);

struct Column {
    from: From,
    path: Vec<Step>,
    builder: Builder,
    /// Where a value is put together.
    bytes: Vec<u8>,
    text: String,
}

enum Builder {
    Text(StringViewBuilder),
    Integer(Int64Builder),
    Number(Float64Builder),
    Moment(TimestampMillisecondBuilder),
    Dynamic(LargeBinaryBuilder),
}

impl Batch {
    pub(super) fn new(columns: &[From]) -> Self {
        Self(columns.iter().map(|from| Column::new(*from)).collect())
    }

    /// Appends the rows of a chunk.
    pub(super) fn push(&mut self, chunk: &StoredChunk, table: &Table) {
        for column in &mut self.0 {
            column.push(chunk, table);
        }
    }

    pub(super) fn finish(self, schema: &SchemaRef, rows: usize) -> Result<RecordBatch, QueryError> {
        let columns = self.0.into_iter().map(|column| column.builder.finish());
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        RecordBatch::try_new_with_options(Arc::clone(schema), columns.collect(), &options)
            .map_err(|_| QueryError::Internal("a chunk's columns differ in length"))
    }
}

impl Column {
    fn new(from: From) -> Self {
        Self {
            from,
            path: from
                .path()
                .iter()
                .map(|name| Step::Name((*name).to_owned()))
                .collect(),
            builder: Builder::of(from),
            bytes: Vec::new(),
            text: String::new(),
        }
    }

    fn push(&mut self, chunk: &StoredChunk, table: &Table) {
        let rows = table.count;
        match self.from {
            From::Id => {
                for id in &table.ids {
                    self.builder.text(Some(&id.to_string()));
                }
            }
            From::Name => {
                for name in &table.names {
                    self.builder.text(Some(name));
                }
            }
            From::Time => {
                for time in &table.times {
                    self.builder.moment(Some(time.as_millis()));
                }
            }
            From::UserId => self.texts(&table.user_ids),
            From::AnonymousId => self.texts(&table.anonymous_ids),
            From::SessionId => self.texts(&table.session_ids),
            From::ExternalId => self.texts(&table.external_ids),
            From::Source => self.same(rows, chunk.meta.source.as_str()),
            From::KeyId => self.same(rows, chunk.meta.key_id.as_str()),
            From::ReceivedAt => {
                for _ in 0..rows {
                    self.builder
                        .moment(Some(chunk.meta.received_at.as_millis()));
                }
            }
            From::Properties
            | From::Text(_)
            | From::Integer(_)
            | From::Number(_)
            | From::Value(_)
            | From::Nanos(_)
            | From::Duration => self.documents(&table.properties),
            // Only of profiles, which are not read row by row.
            From::AnonymousIds => self.documents(&vec![None; rows]),
            From::DeviceData | From::Context(_) | From::ContextText(_) => {
                self.documents(&table.device_data);
            }
        }
    }

    fn texts(&mut self, values: &[Option<String>]) {
        for value in values {
            self.builder.text(value.as_deref());
        }
    }

    fn same(&mut self, rows: usize, value: &str) {
        for _ in 0..rows {
            self.builder.text(Some(value));
        }
    }

    fn documents(&mut self, documents: &[Option<String>]) {
        for document in documents {
            let json = document.as_deref().unwrap_or_default().as_bytes();
            if self.from == From::Duration {
                let nanos = |name: &str| {
                    value::find(json, &[Step::Name(name.to_owned())]).and_then(integer)
                };
                let ends = nanos(SPAN_END).zip(nanos(SPAN_START));
                self.builder
                    .number(ends.map(|(end, start)| millis(end.saturating_sub(start))));
                continue;
            }
            let found = value::find(json, &self.path);
            self.bytes.clear();
            let is_there = found.is_some_and(|found| value::put_json(found, &mut self.bytes));
            let value = if is_there {
                Value::read(&self.bytes)
            } else {
                None
            };
            match &mut self.builder {
                Builder::Dynamic(builder) => {
                    builder.append_option(is_there.then_some(self.bytes.as_slice()));
                }
                Builder::Text(builder) => {
                    self.text.clear();
                    if let Some(value) = &value {
                        value.put_text(&mut self.text);
                    }
                    builder.append_option(value.is_some().then_some(self.text.as_str()));
                }
                Builder::Integer(builder) => builder.append_option(found.and_then(integer)),
                Builder::Number(builder) => builder.append_option(value.and_then(|it| it.number())),
                Builder::Moment(builder) => {
                    let nanos = found.and_then(integer);
                    builder.append_option(nanos.map(|nanos| nanos.div_euclid(1_000_000)));
                }
            }
        }
    }
}

fn integer(json: &[u8]) -> Option<i64> {
    std::str::from_utf8(json).ok()?.parse().ok()
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a span of 104 days in nanoseconds is exact"
)]
fn millis(nanos: i64) -> f64 {
    nanos as f64 / 1e6
}

impl Builder {
    fn of(from: From) -> Self {
        match from {
            From::Time | From::ReceivedAt | From::Nanos(_) => {
                Self::Moment(TimestampMillisecondBuilder::new().with_timezone(UTC))
            }
            From::Properties
            | From::DeviceData
            | From::AnonymousIds
            | From::Value(_)
            | From::Context(_) => Self::Dynamic(LargeBinaryBuilder::new()),
            From::Integer(_) => Self::Integer(Int64Builder::new()),
            From::Number(_) | From::Duration => Self::Number(Float64Builder::new()),
            From::Id
            | From::Name
            | From::UserId
            | From::AnonymousId
            | From::SessionId
            | From::ExternalId
            | From::Source
            | From::KeyId
            | From::Text(_)
            | From::ContextText(_) => Self::Text(StringViewBuilder::new()),
        }
    }

    fn text(&mut self, value: Option<&str>) {
        if let Self::Text(builder) = self {
            builder.append_option(value);
        }
    }

    fn number(&mut self, value: Option<f64>) {
        if let Self::Number(builder) = self {
            builder.append_option(value);
        }
    }

    fn moment(&mut self, millis: Option<i64>) {
        if let Self::Moment(builder) = self {
            builder.append_option(millis);
        }
    }

    fn finish(self) -> ArrayRef {
        match self {
            Self::Text(mut builder) => Arc::new(builder.finish()),
            Self::Integer(mut builder) => Arc::new(builder.finish()),
            Self::Number(mut builder) => Arc::new(builder.finish()),
            Self::Moment(mut builder) => Arc::new(builder.finish()),
            Self::Dynamic(mut builder) => Arc::new(builder.finish()),
        }
    }
}
