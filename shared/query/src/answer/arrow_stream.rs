//! Answers as a stream of Arrow batches. Values whose type the data decides are their JSON texts.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions, StringBuilder};
use arrow::datatypes::{DataType, Field, Schema};
use arrow::error::ArrowError;
use arrow::ipc::writer::StreamWriter;

use super::cell::Cell;
use super::{Answer, Page, PageLimits};
use crate::value::DYNAMIC;
use crate::{Limit, QueryError};

/// A page is a stream of its own. Its size is known when it is written: of one that is too large,
/// half as many rows are tried.
pub(super) fn pages(answer: &Answer, limits: PageLimits) -> Result<Vec<Page>, QueryError> {
    let types = answer.batches.first().map(RecordBatch::schema);
    let fields = answer.columns.iter().enumerate().map(|(index, column)| {
        let data_type = types.as_ref().map_or(DataType::Utf8, |schema| {
            shown(schema.field(index).data_type())
        });
        Field::new(&column.name, data_type, true)
    });
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let all = answer.row_count();
    let (mut pages, mut start, mut total) = (Vec::new(), 0, 0);
    let mut rows = limits.rows.max(1);
    loop {
        let wanted = rows.min(all - start);
        let bytes = stream(answer, &schema, start, wanted)?;
        if bytes.len() > limits.bytes {
            if wanted <= 1 {
                return Err(QueryError::Limit(Limit::AnswerBytes(limits.bytes)));
            }
            rows = wanted / 2;
            continue;
        }
        total += bytes.len();
        if total > limits.total {
            return Err(QueryError::Limit(Limit::AnswerBytes(limits.total)));
        }
        if pages.len() == limits.pages {
            return Err(QueryError::Limit(Limit::Pages(limits.pages)));
        }
        pages.push(Page {
            bytes,
            rows: wanted,
        });
        start += wanted;
        if start >= all {
            return Ok(pages);
        }
    }
}

/// The stream of some rows.
fn stream(
    answer: &Answer,
    schema: &Arc<Schema>,
    start: usize,
    rows: usize,
) -> Result<Vec<u8>, QueryError> {
    let fault = |_: ArrowError| QueryError::Internal("an answer cannot be written");
    let mut bytes = Vec::new();
    let mut writer = StreamWriter::try_new(&mut bytes, schema).map_err(fault)?;
    let (mut before, mut left) = (start, rows);
    for batch in &answer.batches {
        if before >= batch.num_rows() {
            before -= batch.num_rows();
            continue;
        }
        let taken = left.min(batch.num_rows() - before);
        let part = batch.slice(before, taken);
        (before, left) = (0, left - taken);
        let columns = part
            .columns()
            .iter()
            .map(json_texts)
            .collect::<Result<_, _>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(part.num_rows()));
        let batch = RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options)
            .map_err(fault)?;
        writer.write(&batch).map_err(fault)?;
        if left == 0 {
            break;
        }
    }
    writer.finish().map_err(fault)?;
    drop(writer);
    Ok(bytes)
}

fn shown(data_type: &DataType) -> DataType {
    if has_dynamic(data_type) {
        DataType::Utf8
    } else {
        data_type.clone()
    }
}

fn has_dynamic(data_type: &DataType) -> bool {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the other types hold no others"
    )]
    match data_type {
        it if *it == DYNAMIC => true,
        DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _) => {
            has_dynamic(item.data_type())
        }
        _ => false,
    }
}

fn json_texts(column: &ArrayRef) -> Result<ArrayRef, QueryError> {
    if !has_dynamic(column.data_type()) {
        return Ok(Arc::clone(column));
    }
    let mut texts = StringBuilder::new();
    let mut json = String::new();
    for row in 0..column.len() {
        match Cell::of(column, row)? {
            Cell::Null => texts.append_null(),
            cell @ (Cell::Bare(_) | Cell::Text(_) | Cell::Json(_)) => {
                json.clear();
                cell.put_json(&mut json);
                texts.append_value(&json);
            }
        }
    }
    Ok(Arc::new(texts.finish()))
}
