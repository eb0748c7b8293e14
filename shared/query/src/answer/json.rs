//! Answers as JSON: one object, or one for each row.

use arrow::array::RecordBatch;
use serde::Serialize;

use super::cell::Cell;
use super::{Answer, Bounded};
use crate::QueryError;

#[derive(Serialize)]
struct ShownColumn<'a> {
    name: &'a str,
    #[serde(rename = "type")]
    data_type: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Cost {
    row_count: usize,
    cached: bool,
    as_of: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<Range>,
    rows_scanned: u64,
    bytes_scanned: u64,
    duration_ms: u64,
}

/// The part of time that was read.
#[derive(Serialize)]
struct Range {
    from: i64,
    to: i64,
}

pub(super) fn write(answer: &Answer, out: &mut Bounded) -> Result<(), QueryError> {
    let columns: Vec<_> = answer
        .columns
        .iter()
        .map(|column| ShownColumn {
            name: &column.name,
            data_type: &column.data_type,
        })
        .collect();
    out.put("{\"columns\":");
    out.put(&json(&columns)?);
    out.put(",\"rows\":[");
    let mut text = String::new();
    let mut is_first = true;
    for (batch, row) in rows(answer) {
        text.clear();
        text.push_str(if is_first { "[" } else { ",[" });
        is_first = false;
        for (index, column) in batch.columns().iter().enumerate() {
            if index > 0 {
                text.push(',');
            }
            Cell::of(column, row)?.put_json(&mut text);
        }
        text.push(']');
        out.put(&text);
        out.check()?;
    }
    out.put("],");
    let cost = json(&Cost {
        row_count: answer.row_count(),
        cached: false,
        as_of: answer.as_of.as_millis(),
        range: answer.scanned.range.map(|range| Range {
            from: range.from.as_millis(),
            to: range.to.as_millis(),
        }),
        rows_scanned: answer.scanned.rows,
        bytes_scanned: answer.scanned.bytes,
        duration_ms: u64::try_from(answer.duration.as_millis()).unwrap_or(u64::MAX),
    })?;
    out.put(cost.trim_start_matches('{'));
    Ok(())
}

pub(super) fn write_lines(answer: &Answer, out: &mut Bounded) -> Result<(), QueryError> {
    let names = answer.columns.iter().map(|column| json(&column.name));
    let names: Vec<String> = names.collect::<Result<_, _>>()?;
    let mut text = String::new();
    for (batch, row) in rows(answer) {
        text.clear();
        text.push('{');
        for (column, name) in batch.columns().iter().zip(&names) {
            if text.len() > 1 {
                text.push(',');
            }
            text.push_str(name);
            text.push(':');
            Cell::of(column, row)?.put_json(&mut text);
        }
        text.push_str("}\n");
        out.put(&text);
        out.check()?;
    }
    Ok(())
}

/// Every row, with its batch.
pub(super) fn rows(answer: &Answer) -> impl Iterator<Item = (&RecordBatch, usize)> {
    let batches = answer.batches.iter();
    batches.flat_map(|batch| (0..batch.num_rows()).map(move |row| (batch, row)))
}

fn json(value: &impl Serialize) -> Result<String, QueryError> {
    serde_json::to_string(value).map_err(|_| QueryError::Internal("an answer cannot be written"))
}
