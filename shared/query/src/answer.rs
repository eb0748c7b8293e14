//! Answers, and the formats in which they leave.

mod arrow_stream;
mod cell;
mod csv;
mod json;

use std::time::Duration;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, SchemaRef};
use event::Timestamp;

use crate::tables::{Scanned, TABLES};
use crate::value::DYNAMIC;
use crate::{Limit, QueryError};

/// What a query found.
#[derive(Debug, Clone)]
pub struct Answer {
    columns: Vec<Column>,
    batches: Vec<RecordBatch>,
    scanned: Scanned,
    duration: Duration,
    as_of: Timestamp,
}

/// A column of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its alias, or what it was made from.
    pub name: String,
    /// The type, as Trino names it; `json` where each value has its own.
    pub data_type: String,
}

/// How an answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One JSON object, with what it cost.
    Json,
    /// One line for each row, behind one with the names.
    Csv,
    /// One JSON object for each row.
    NdJson,
    /// A stream of Arrow's own format.
    ArrowStream,
}

impl Answer {
    pub(crate) fn new(
        schema: &SchemaRef,
        batches: Vec<RecordBatch>,
        scanned: Scanned,
        duration: Duration,
        as_of: Timestamp,
    ) -> Self {
        let columns = schema.fields().iter().map(|field| Column {
            name: name(field.name()),
            data_type: type_name(field.data_type()),
        });
        Self {
            columns: columns.collect(),
            batches,
            scanned,
            duration,
            as_of,
        }
    }

    /// The columns, in their order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// How many rows there are.
    pub fn row_count(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    /// How many events were read.
    pub fn rows_scanned(&self) -> u64 {
        self.scanned.rows
    }

    /// The answer in a format, of at most so many bytes.
    pub fn write(&self, format: Format, max_bytes: usize) -> Result<Vec<u8>, QueryError> {
        let mut out = Bounded {
            bytes: Vec::new(),
            max: max_bytes,
        };
        match format {
            Format::Json => json::write(self, &mut out)?,
            Format::NdJson => json::write_lines(self, &mut out)?,
            Format::Csv => csv::write(self, &mut out)?,
            Format::ArrowStream => arrow_stream::write(self, &mut out)?,
        }
        out.check()?;
        Ok(out.bytes)
    }
}

/// Bytes up to a limit.
struct Bounded {
    bytes: Vec<u8>,
    max: usize,
}

impl Bounded {
    fn put(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
    }

    /// Called after each row.
    fn check(&self) -> Result<(), QueryError> {
        if self.bytes.len() > self.max {
            return Err(QueryError::Limit(Limit::AnswerBytes(self.max)));
        }
        Ok(())
    }
}

/// Without the names of tables, which the planner puts before columns within expressions.
fn name(field: &str) -> String {
    let tables = TABLES.iter().flat_map(|table| table.names);
    tables.fold(field.to_owned(), |name, table| {
        let qualifier = format!("{table}.");
        let mut out = String::with_capacity(name.len());
        let mut rest = name.as_str();
        while let Some(at) = rest.find(&qualifier) {
            let (before, behind) = rest.split_at(at);
            out.push_str(before);
            let is_part =
                before.ends_with(|it: char| it.is_alphanumeric() || it == '_' || it == '.');
            let behind = behind.get(qualifier.len()..).unwrap_or_default();
            if is_part {
                out.push_str(&qualifier);
            }
            rest = behind;
        }
        out.push_str(rest);
        out
    })
}

/// The type as Trino names it.
fn type_name(data_type: &DataType) -> String {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the other types are of another crate"
    )]
    let name = match data_type {
        it if *it == DYNAMIC => "json",
        DataType::Null => "unknown",
        DataType::Boolean => "boolean",
        DataType::Int8 => "tinyint",
        DataType::Int16 | DataType::UInt8 => "smallint",
        DataType::Int32 | DataType::UInt16 => "integer",
        DataType::Int64 | DataType::UInt32 | DataType::UInt64 => "bigint",
        DataType::Float16 | DataType::Float32 => "real",
        DataType::Float64 => "double",
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "varchar",
        DataType::Binary | DataType::BinaryView | DataType::FixedSizeBinary(_) => "varbinary",
        DataType::Date32 | DataType::Date64 => "date",
        DataType::Time32(_) | DataType::Time64(_) => "time",
        DataType::Timestamp(_, None) => "timestamp",
        DataType::Timestamp(_, Some(_)) => "timestamp with time zone",
        DataType::Interval(_) | DataType::Duration(_) => "interval",
        DataType::Decimal128(precision, scale) | DataType::Decimal256(precision, scale) => {
            return format!("decimal({precision},{scale})");
        }
        DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => {
            return format!("array({})", type_name(item.data_type()));
        }
        DataType::Dictionary(_, values) => return type_name(values),
        _ => "row",
    };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named_without_their_table() {
        assert_eq!(
            name("sum(eventsTable.properties.total)"),
            "sum(properties.total)"
        );
        assert_eq!(name("events.userId"), "userId");
        assert_eq!(name("myevents.userId"), "myevents.userId");
    }
}
