//! Answers as JSON: one object, or one for each row.

use arrow::array::RecordBatch;
use serde::Serialize;

use super::cell::Cell;
use super::pager::Pager;
use super::{Answer, Page, PageLimits};
use crate::QueryError;

#[derive(Serialize)]
struct ShownColumn<'a> {
    name: &'a str,
    #[serde(rename = "type")]
    data_type: &'a str,
}

/// Objects that are still open: what else is known of an answer follows.
pub(super) fn pages(answer: &Answer, limits: PageLimits) -> Result<Vec<Page>, QueryError> {
    let columns: Vec<_> = answer
        .columns
        .iter()
        .map(|column| ShownColumn {
            name: &column.name,
            data_type: &column.data_type,
        })
        .collect();
    let head = format!("{{\"columns\":{},\"rows\":[", json(&columns)?);
    let mut pager = Pager::new(limits, head, ",", "]");
    let mut text = String::new();
    for (batch, row) in rows(answer) {
        text.clear();
        text.push('[');
        for (index, column) in batch.columns().iter().enumerate() {
            if index > 0 {
                text.push(',');
            }
            Cell::of(column, row)?.put_json(&mut text);
        }
        text.push(']');
        pager.put(&text)?;
    }
    pager.finish()
}

pub(super) fn pages_of_lines(answer: &Answer, limits: PageLimits) -> Result<Vec<Page>, QueryError> {
    let names = answer.columns.iter().map(|column| json(&column.name));
    let names: Vec<String> = names.collect::<Result<_, _>>()?;
    let mut pager = Pager::new(limits, String::new(), "", "");
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
        pager.put(&text)?;
    }
    pager.finish()
}

/// Every row, with its batch.
pub(super) fn rows(answer: &Answer) -> impl Iterator<Item = (&RecordBatch, usize)> {
    let batches = answer.batches.iter();
    batches.flat_map(|batch| (0..batch.num_rows()).map(move |row| (batch, row)))
}

fn json(value: &impl Serialize) -> Result<String, QueryError> {
    serde_json::to_string(value).map_err(|_| QueryError::Internal("an answer cannot be written"))
}
