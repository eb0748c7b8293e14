//! Puts JSON texts together again from their shapes and scalars.

use std::borrow::Cow;

use super::ints::read_ints;
use super::prune::{Paths, prune};
use super::read::{ColumnReader, Values};
use super::scan::SLOT;
use crate::codec::{CodecError, MAX_DECODED};

struct Shape<'b> {
    text: Cow<'b, [u8]>,
    /// The column of each slot, and whether the text has it still.
    slots: Vec<(usize, bool)>,
}

/// What is wanted of documents.
#[derive(Debug, Clone, Copy)]
pub(super) enum Documents<'p> {
    /// Nothing.
    None,
    /// Their whole texts.
    Whole,
    /// Of each a text with the members that these lead to.
    Members(&'p Paths),
}

/// Reads a column of JSON texts, or walks over it where it is not wanted.
pub(super) fn read_documents(
    reader: &mut ColumnReader<'_>,
    rows: usize,
    wanted: Documents<'_>,
) -> Result<Vec<Option<String>>, CodecError> {
    let (mut shapes, column_count) = read_shapes(reader, rows)?;
    if let Documents::Members(paths) = wanted {
        for shape in &mut shapes {
            shape.prune(paths);
        }
    }
    let mut places = Vec::new();
    read_ints(&mut reader.meta, &mut reader.random, rows, |place| {
        places.push(place);
    })?;
    // How many values each column has follows from the shapes of the rows.
    let mut counts = vec![(0_usize, false); column_count];
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
        for &(column, is_left) in shape.iter().flat_map(|shape| &shape.slots) {
            reader.budget.spend(size_of::<usize>())?;
            if let Some((count, is_wanted)) = counts.get_mut(column) {
                *count += 1;
                *is_wanted |= is_left;
            }
        }
        documents.push(shape);
    }
    if matches!(wanted, Documents::None) {
        for (count, _) in counts {
            reader.skip(count)?;
        }
        return Ok(Vec::new());
    }
    let mut columns = Vec::with_capacity(column_count);
    for (count, is_wanted) in counts {
        let mut values = Values::default();
        if is_wanted {
            reader.read(count, &mut values)?;
        } else {
            reader.skip(count)?;
        }
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
        let mut slots = Vec::new();
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
            slots.push((column, true));
        }
        let text = Cow::Borrowed(text);
        shapes.push(Shape { text, slots });
    }
    Ok((shapes, column_count))
}

impl Shape<'_> {
    /// Leaves only the members that the paths lead to, if it is an object.
    fn prune(&mut self, paths: &Paths) {
        if let Some(pruned) = prune(&self.text, paths)
            && pruned.kept.len() == self.slots.len()
        {
            self.text = Cow::Owned(pruned.text);
            for ((_, is_left), kept) in self.slots.iter_mut().zip(pruned.kept) {
                *is_left = kept;
            }
        }
    }
}

fn assemble(
    reader: &mut ColumnReader<'_>,
    shape: &Shape<'_>,
    columns: &mut [(Values, usize)],
) -> Result<String, CodecError> {
    let mut out = Vec::with_capacity(shape.text.len() * 2);
    let mut literals = shape.text.split(|byte| *byte == SLOT);
    out.extend_from_slice(literals.next().unwrap_or_default());
    for &(column, is_left) in &shape.slots {
        if let Some((values, next)) = columns.get_mut(column) {
            if is_left {
                values.put_json(*next, &mut out);
            }
            *next += 1;
        }
        if !is_left {
            continue;
        }
        out.extend_from_slice(literals.next().unwrap_or_default());
        // A few bytes can stand for long texts many times over: not only at the end.
        if out.len() > MAX_DECODED {
            return Err(CodecError::TooLarge);
        }
    }
    reader.budget.spend(out.len())?;
    String::from_utf8(out).map_err(|_| CodecError::Malformed("a text is not UTF-8"))
}
