//! Functions that make much out of little, each with a bound on what a call may make.
//!
//! The process looks at its memory every few milliseconds, and one call may fill it in less. So what a
//! call makes at most is worked out from the lengths of its arguments, before it is made.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef};
use arrow::compute::concat;
use arrow::datatypes::{DataType, FieldRef};
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
};

use super::growth::Growth;
use super::size::Sizes;
use crate::{Limit, QueryError};

/// Most bytes that a call makes at once. Of more, some of the rows are computed after the others.
const AT_ONCE: usize = 64 * 1024 * 1024;
/// Most bytes that a call makes for a batch of rows.
const OF_A_BATCH: usize = 2 * AT_ONCE;
/// Most bytes of a value that no row takes part in: planning copies such values to wherever they are used.
const OF_A_CONSTANT: usize = 256 * 1024;

/// The function with its bound, if it is one that makes much out of little.
pub(crate) fn bounded(inner: &Arc<ScalarUDF>) -> Option<Arc<ScalarUDF>> {
    let growth = Growth::of(inner.name())?;
    let is_bounded = inner.inner().downcast_ref::<Bounded>().is_some();
    (!is_bounded).then(|| {
        Arc::new(ScalarUDF::new_from_impl(Bounded {
            inner: Arc::clone(inner),
            growth,
        }))
    })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Bounded {
    inner: Arc<ScalarUDF>,
    growth: Growth,
}

impl Bounded {
    /// Computes so many rows at a time as cannot make too much.
    fn in_parts(&self, args: &ScalarFunctionArgs, made: &[usize]) -> Result<ColumnarValue> {
        let (mut parts, mut start, mut size) = (Vec::<ArrayRef>::new(), 0, 0_usize);
        while start < made.len() {
            let mut sum = 0_usize;
            let fits = made.iter().skip(start).take_while(|made| {
                sum = sum.saturating_add(**made);
                sum <= AT_ONCE
            });
            let rows = fits.count();
            if rows == 0 {
                return Err(too_much(AT_ONCE));
            }
            let part = self.inner.invoke_with_args(part_of(args, start, rows))?;
            let part = part.into_array(rows)?;
            size = size.saturating_add(part.get_array_memory_size());
            if size > OF_A_BATCH {
                return Err(too_much(OF_A_BATCH));
            }
            parts.push(part);
            start += rows;
        }
        let parts: Vec<&dyn Array> = parts.iter().map(AsRef::as_ref).collect();
        Ok(ColumnarValue::Array(concat(&parts)?))
    }
}

impl ScalarUDFImpl for Bounded {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn aliases(&self) -> &[String] {
        self.inner.aliases()
    }

    fn schema_name(&self, args: &[Expr]) -> Result<String> {
        self.inner.schema_name(args)
    }

    fn signature(&self) -> &Signature {
        self.inner.signature()
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        self.inner.coerce_types(types)
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        self.inner.return_type(types)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        self.inner.return_field_from_args(args)
    }

    fn short_circuits(&self) -> bool {
        self.inner.short_circuits()
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let sizes: Vec<Sizes> = args.args.iter().map(Sizes::of).collect();
        let is_constant = sizes.iter().all(|sizes| matches!(sizes, Sizes::Same(_)));
        let rows = if is_constant { 1 } else { args.number_rows };
        let mut of_row = vec![0; sizes.len()];
        let mut made = Vec::with_capacity(rows);
        for row in 0..rows {
            for (size, sizes) in of_row.iter_mut().zip(&sizes) {
                *size = sizes.of_row(row);
            }
            made.push(self.growth.most(&of_row));
        }
        let all = made
            .iter()
            .fold(0_usize, |sum, made| sum.saturating_add(*made));
        if is_constant && all > OF_A_CONSTANT {
            return Err(too_much(OF_A_CONSTANT));
        }
        if all <= AT_ONCE {
            return self.inner.invoke_with_args(args);
        }
        self.in_parts(&args, &made)
    }
}

/// The arguments of some of the rows.
fn part_of(args: &ScalarFunctionArgs, start: usize, rows: usize) -> ScalarFunctionArgs {
    let part = |value: &ColumnarValue| match value {
        ColumnarValue::Array(array) => ColumnarValue::Array(array.slice(start, rows)),
        ColumnarValue::Scalar(scalar) => ColumnarValue::Scalar(scalar.clone()),
    };
    ScalarFunctionArgs {
        args: args.args.iter().map(part).collect(),
        arg_fields: args.arg_fields.clone(),
        number_rows: rows,
        return_field: Arc::clone(&args.return_field),
        config_options: Arc::clone(&args.config_options),
    }
}

fn too_much(bytes: usize) -> datafusion::error::DataFusionError {
    let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
    QueryError::Limit(Limit::Made(bytes)).into()
}

#[cfg(test)]
mod tests {
    use arrow::array::StringArray;
    use arrow::datatypes::Field;
    use datafusion::common::config::ConfigOptions;
    use datafusion::scalar::ScalarValue;

    use super::*;
    use crate::functions::Registry;

    fn replaced(texts: &[String], to: &str) -> Result<ArrayRef> {
        let registry = Registry::new();
        let mut functions = registry.scalar.iter();
        let replace = functions.find(|it| it.name() == "replace").unwrap();
        let text = |text: &str| ColumnarValue::Scalar(ScalarValue::from(text));
        let column: ArrayRef = Arc::new(StringArray::from_iter_values(texts));
        let field = Arc::new(Field::new("", DataType::Utf8, true));
        let args = ScalarFunctionArgs {
            args: vec![ColumnarValue::Array(column), text("a"), text(to)],
            arg_fields: vec![Arc::clone(&field); 3],
            number_rows: texts.len(),
            return_field: field,
            config_options: Arc::new(ConfigOptions::new()),
        };
        let outcome = bounded(replace).unwrap().invoke_with_args(args)?;
        outcome.into_array(texts.len())
    }

    #[test]
    fn what_could_become_too_much_and_does_not_is_computed_in_parts() {
        let texts: Vec<String> = (0..100).map(|row| "b".repeat(8_000 + row)).collect();
        // Each could become 8 MB, if it were of that letter.
        let same = replaced(&texts, &"x".repeat(1_000)).unwrap();
        let expected: ArrayRef = Arc::new(StringArray::from_iter_values(&texts));
        assert_eq!(&same, &expected);
    }

    #[test]
    fn what_becomes_too_much_is_refused_before_it_is_made() {
        let texts: Vec<String> = (0..100).map(|_| "a".repeat(8_000)).collect();
        let fault = replaced(&texts, &"x".repeat(1_000)).unwrap_err();
        assert_eq!(
            QueryError::of_run(&fault, 0),
            QueryError::Limit(Limit::Made(OF_A_BATCH as u64))
        );
        let fault = replaced(&texts, &"x".repeat(10_000)).unwrap_err();
        assert_eq!(
            QueryError::of_run(&fault, 0),
            QueryError::Limit(Limit::Made(AT_ONCE as u64))
        );
    }
}
