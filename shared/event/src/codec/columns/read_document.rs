//! Puts JSON texts together again from their shapes and scalars.

use super::ints::read_ints;
use super::read::{ColumnReader, Values};
use super::scan::SLOT;
use crate::codec::{CodecError, MAX_DECODED};

struct Shape<'b> {
    text: &'b [u8],
    columns: Vec<usize>,
}

/// Reads a column of JSON texts, or walks over it where it is not wanted.
pub(super) fn read_documents(
    reader: &mut ColumnReader<'_>,
    rows: usize,
    wanted: bool,
) -> Result<Vec<Option<String>>, CodecError> {
    let (shapes, column_count) = read_shapes(reader, rows)?;
    let mut places = Vec::new();
    read_ints(&mut reader.meta, &mut reader.random, rows, |place| {
        places.push(place);
    })?;
    // How many values each column has follows from the shapes of the rows.
    let mut counts = vec![0_usize; column_count];
    let mut documents = Vec::new();
    for place in places {
        let shape = match usize::try_from(place) {
            Ok(0) => None,
            Ok(place) => Some(
                shapes
                    .get(place - 1)
                    .ok_or(CodecError::Malformed("no such shape"))?,
            ),
            Err(_) => return Err(CodecError::Malformed("no such shape")),
        };
        for &column in shape.iter().flat_map(|shape| &shape.columns) {
            reader.budget.spend(size_of::<usize>())?;
            if let Some(count) = counts.get_mut(column) {
                *count += 1;
            }
        }
        documents.push(shape);
    }
    if !wanted {
        for count in counts {
            reader.skip(count)?;
        }
        return Ok(Vec::new());
    }
    let mut columns = Vec::with_capacity(column_count);
    for count in counts {
        let mut values = Values::default();
        reader.read(count, &mut values)?;
        columns.push((values, 0));
    }
    documents
        .into_iter()
        .map(|shape| {
            shape
                .map(|shape| assemble(reader, shape, &mut columns))
                .transpose()
        })
        .collect()
}

fn read_shapes<'b>(
    reader: &mut ColumnReader<'b>,
    rows: usize,
) -> Result<(Vec<Shape<'b>>, usize), CodecError> {
    let count = reader.meta.len()?;
    if count > rows {
        return Err(CodecError::Malformed("more shapes than rows"));
    }
    let mut shapes = Vec::new();
    let mut column_count = 0;
    for _ in 0..count {
        let len = reader.meta.len()?;
        let text = reader.text.bytes(len)?;
        let mut columns = Vec::new();
        let mut expected = 0_i64;
        for _ in text.iter().filter(|byte| **byte == SLOT) {
            let number = expected.wrapping_add(reader.meta.int()?);
            expected = number.wrapping_add(1);
            // A new column is the next one: so there are no more of them than slots.
            let column = usize::try_from(number)
                .ok()
                .filter(|column| *column <= column_count);
            let column = column.ok_or(CodecError::Malformed("no such column"))?;
            reader.budget.spend(size_of::<usize>())?;
            if column == column_count {
                column_count += 1;
                reader.budget.spend(size_of::<(Values, usize)>())?;
            }
            columns.push(column);
        }
        shapes.push(Shape { text, columns });
    }
    Ok((shapes, column_count))
}

fn assemble(
    reader: &mut ColumnReader<'_>,
    shape: &Shape<'_>,
    columns: &mut [(Values, usize)],
) -> Result<String, CodecError> {
    let mut out = Vec::with_capacity(shape.text.len() * 2);
    let mut literals = shape.text.split(|byte| *byte == SLOT);
    out.extend_from_slice(literals.next().unwrap_or_default());
    for (&column, literal) in shape.columns.iter().zip(literals) {
        if let Some((values, next)) = columns.get_mut(column) {
            values.put_json(*next, &mut out);
            *next += 1;
        }
        out.extend_from_slice(literal);
        // A few bytes can stand for long texts many times over: not only at the end.
        if out.len() > MAX_DECODED {
            return Err(CodecError::TooLarge);
        }
    }
    reader.budget.spend(out.len())?;
    String::from_utf8(out).map_err(|_| CodecError::Malformed("a text is not UTF-8"))
}
