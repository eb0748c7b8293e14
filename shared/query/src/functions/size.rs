//! How long values are, in bytes.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::DataType;
use datafusion::logical_expr::ColumnarValue;

/// What an element of a list takes beside its own length.
pub(super) const OF_AN_ELEMENT: usize = 8;
/// What a number or a moment takes as a text, at most about.
const OF_A_NUMBER: usize = 40;

/// The lengths of an argument's values.
#[derive(Debug)]
pub(super) enum Sizes {
    /// One value for every row.
    Same(usize),
    /// One for each.
    Each(Vec<usize>),
}

impl Sizes {
    /// Those of the values.
    pub(super) fn of(value: &ColumnarValue) -> Self {
        match value {
            ColumnarValue::Array(array) => {
                Self::Each((0..array.len()).map(|row| size(array, row)).collect())
            }
            ColumnarValue::Scalar(scalar) => {
                // What cannot be one of an array takes no part in any text.
                let array = scalar.to_array().ok();
                Self::Same(array.map_or(0, |array| size(&array, 0)))
            }
        }
    }

    /// That of the row's value.
    pub(super) fn of_row(&self, row: usize) -> usize {
        match self {
            Self::Same(size) => *size,
            Self::Each(sizes) => sizes.get(row).copied().unwrap_or_default(),
        }
    }
}

/// The length of one value.
fn size(array: &ArrayRef, row: usize) -> usize {
    if array.is_null(row) {
        return 0;
    }
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the other types are short, or are never made of texts"
    )]
    match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().value(row).len(),
        DataType::LargeUtf8 => array.as_string::<i64>().value(row).len(),
        DataType::Utf8View => array.as_string_view().value(row).len(),
        DataType::Binary => array.as_binary::<i32>().value(row).len(),
        DataType::LargeBinary => array.as_binary::<i64>().value(row).len(),
        DataType::BinaryView => array.as_binary_view().value(row).len(),
        DataType::List(_) => elements(&array.as_list::<i32>().value(row)),
        DataType::LargeList(_) => elements(&array.as_list::<i64>().value(row)),
        DataType::FixedSizeList(..) => elements(&array.as_fixed_size_list().value(row)),
        DataType::Map(..) => {
            let entries: ArrayRef = Arc::new(array.as_map().value(row));
            elements(&entries)
        }
        DataType::Struct(_) => {
            let columns = array.as_struct().columns().iter();
            columns.fold(0, |sum, column| sum.saturating_add(size(column, row)))
        }
        _ => OF_A_NUMBER,
    }
}

fn elements(list: &ArrayRef) -> usize {
    (0..list.len()).fold(0, |sum, row| {
        sum.saturating_add(OF_AN_ELEMENT)
            .saturating_add(size(list, row))
    })
}
