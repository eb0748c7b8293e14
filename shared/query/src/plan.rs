//! What the planner is told about values whose type the data decides.

mod bounds;
mod operators;
mod paths;
mod types;

pub(crate) use bounds::Bounds;
pub(crate) use operators::Operators;
pub(crate) use paths::Paths;
pub(crate) use types::DynamicTypes;

use arrow::datatypes::DataType;
use datafusion::logical_expr::{Expr, cast};

use crate::functions::{Target, convert};
use crate::value::DYNAMIC;

/// The expression, a value of the data, as what it is compared with or assigned to.
fn as_type(expr: Expr, other: &DataType) -> Expr {
    if *other == DYNAMIC {
        expr
    } else if other.is_numeric() {
        convert(Target::Number, expr)
    } else if *other == DataType::Boolean {
        convert(Target::Boolean, expr)
    } else if other.is_temporal() {
        cast(convert(Target::Text, expr), other.clone())
    } else {
        convert(Target::Text, expr)
    }
}

/// The type that values of the data take among these; `None`: there is no other type.
fn common<'a>(types: impl IntoIterator<Item = &'a DataType>) -> Option<DataType> {
    let mut others = types
        .into_iter()
        .filter(|it| **it != DYNAMIC && **it != DataType::Null);
    others.next().cloned()
}
