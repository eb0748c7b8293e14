//! One value of an answer, as JSON and as text.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::DataType;
use arrow::util::display::{ArrayFormatter, FormatOptions};

use crate::QueryError;
use crate::value::{DYNAMIC, Value};

/// A value on its way out.
pub(super) enum Cell {
    Null,
    /// What JSON can say without quotes.
    Bare(String),
    Text(String),
    /// The text of a JSON value.
    Json(String),
}

impl Cell {
    /// The value in a row of a column.
    pub(super) fn of(column: &ArrayRef, row: usize) -> Result<Self, QueryError> {
        if column.is_null(row) {
            return Ok(Self::Null);
        }
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "all other types are written by their own display"
        )]
        Ok(match column.data_type() {
            it if *it == DYNAMIC => dynamic(column.as_binary::<i64>().value(row)),
            DataType::Boolean
            | DataType::Int8
            | DataType::Int16
            | DataType::Int32
            | DataType::Int64
            | DataType::UInt8
            | DataType::UInt16
            | DataType::UInt32
            | DataType::UInt64
            | DataType::Decimal128(..)
            | DataType::Decimal256(..) => Self::Bare(display(column, row)?),
            DataType::Float16 | DataType::Float32 | DataType::Float64 => {
                number(&display(column, row)?)
            }
            DataType::Timestamp(_, Some(zone)) if matches!(&**zone, "UTC" | "+00:00") => {
                Self::Text(display(column, row)?.replace("+00:00", "Z"))
            }
            DataType::List(_) => list(&column.as_list::<i32>().value(row))?,
            DataType::LargeList(_) => list(&column.as_list::<i64>().value(row))?,
            DataType::FixedSizeList(..) => list(&column.as_fixed_size_list().value(row))?,
            _ => Self::Text(display(column, row)?),
        })
    }

    /// Appends the value as JSON.
    pub(super) fn put_json(&self, out: &mut String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bare(text) | Self::Json(text) => out.push_str(text),
            Self::Text(text) => out.push_str(&serde_json::to_string(text).unwrap_or_default()),
        }
    }
}

fn dynamic(bytes: &[u8]) -> Cell {
    match Value::read(bytes) {
        None => Cell::Null,
        Some(Value::Text(text)) => Cell::Text(text.to_owned()),
        Some(Value::Document(text)) => Cell::Json(text.to_owned()),
        Some(value @ (Value::Boolean(_) | Value::Number(..))) => {
            let mut text = String::new();
            value.put_text(&mut text);
            Cell::Bare(text)
        }
    }
}

fn list(values: &ArrayRef) -> Result<Cell, QueryError> {
    let mut json = String::from("[");
    for row in 0..values.len() {
        if row > 0 {
            json.push(',');
        }
        Cell::of(values, row)?.put_json(&mut json);
    }
    json.push(']');
    Ok(Cell::Json(json))
}

/// JSON has no word for what is no number.
fn number(text: &str) -> Cell {
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => {
            let number = serde_json::Number::from_f64(number);
            number.map_or(Cell::Null, |number| Cell::Bare(number.to_string()))
        }
        Ok(_) | Err(_) => Cell::Null,
    }
}

/// Moments as RFC 3339; without an offset where the type has no zone.
fn display(column: &ArrayRef, row: usize) -> Result<String, QueryError> {
    let options = FormatOptions::default()
        .with_timestamp_format(Some("%Y-%m-%dT%H:%M:%S%.3f"))
        .with_timestamp_tz_format(Some("%Y-%m-%dT%H:%M:%S%.3f%:z"));
    let formatter = ArrayFormatter::try_new(column.as_ref(), &options);
    let formatter = formatter.map_err(|_| QueryError::Internal("a column cannot be written"))?;
    let text = formatter.value(row).try_to_string();
    text.map_err(|_| QueryError::Internal("a value cannot be written"))
}
