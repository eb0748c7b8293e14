//! Answers as a stream of Arrow batches. Values whose type the data decides are their JSON texts.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions, StringBuilder};
use arrow::datatypes::{DataType, Field, Schema};
use arrow::error::ArrowError;
use arrow::ipc::writer::StreamWriter;

use super::cell::Cell;
use super::{Answer, Bounded};
use crate::QueryError;
use crate::value::DYNAMIC;

pub(super) fn write(answer: &Answer, out: &mut Bounded) -> Result<(), QueryError> {
    let types = answer.batches.first().map(RecordBatch::schema);
    let fields = answer.columns.iter().enumerate().map(|(index, column)| {
        let data_type = types.as_ref().map_or(DataType::Utf8, |schema| {
            shown(schema.field(index).data_type())
        });
        Field::new(&column.name, data_type, true)
    });
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let fault = |_: ArrowError| QueryError::Internal("an answer cannot be written");
    let mut writer = StreamWriter::try_new(&mut out.bytes, &schema).map_err(fault)?;
    for batch in &answer.batches {
        let columns = batch
            .columns()
            .iter()
            .map(json_texts)
            .collect::<Result<_, _>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        let batch = RecordBatch::try_new_with_options(Arc::clone(&schema), columns, &options)
            .map_err(fault)?;
        writer.write(&batch).map_err(fault)?;
    }
    writer.finish().map_err(fault)
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
