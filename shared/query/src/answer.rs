//! Answers, and the formats in which they leave.

mod arrow_stream;
mod cell;
mod csv;
mod json;
mod pager;

use std::time::Duration;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, SchemaRef};
use event::Timestamp;

use crate::QueryError;
use crate::tables::{Scanned, TABLES};
use crate::value::DYNAMIC;

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
        Self {
            columns: Self::columns_of(schema),
            batches,
            scanned,
            duration,
            as_of,
        }
    }

    /// The columns of that schema, as an answer shows them.
    pub(crate) fn columns_of(schema: &SchemaRef) -> Vec<Column> {
        let columns = schema.fields().iter().map(|field| Column {
            name: name(field.name()),
            data_type: type_name(field.data_type()),
        });
        columns.collect()
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

    /// How many stored bytes were read.
    pub fn bytes_scanned(&self) -> u64 {
        self.scanned.bytes
    }

    /// The part of time that was read; `None` where no table was.
    pub fn range(&self) -> Option<(Timestamp, Timestamp)> {
        let range = self.scanned.range?;
        Some((range.from, range.to))
    }

    /// How long it took.
    pub fn duration(&self) -> Duration {
        self.duration
    }

    /// What `now()` was.
    pub fn as_of(&self) -> Timestamp {
        self.as_of
    }

    /// The answer in a format, in pages: at least one. A page of JSON is an object that is still open,
    /// with the columns and its rows: `{"columns":[…],"rows":[…]`.
    pub fn pages(&self, format: Format, limits: PageLimits) -> Result<Vec<Page>, QueryError> {
        match format {
            Format::Json => json::pages(self, limits),
            Format::NdJson => json::pages_of_lines(self, limits),
            Format::Csv => csv::pages(self, limits),
            Format::ArrowStream => arrow_stream::pages(self, limits),
        }
    }
}

/// A page of an answer, in its format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// What is sent.
    pub bytes: Vec<u8>,
    /// How many rows are on it.
    pub rows: usize,
}

/// How large pages may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageLimits {
    /// Rows of a page.
    pub rows: usize,
    /// Bytes of a page.
    pub bytes: usize,
    /// Bytes of all pages together.
    pub total: usize,
    /// Pages.
    pub pages: usize,
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
