//! What a dotted path leads to.

use std::fmt::Write as _;
use std::sync::Arc;

use arrow::array::LargeBinaryBuilder;
use arrow::datatypes::DataType;
use datafusion::common::cast::as_large_binary_array;
use datafusion::error::Result;
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use crate::value::{self, DYNAMIC, Step, Value};

/// What the steps lead to from the expression's value.
pub(crate) fn property(from: Expr, steps: Vec<Step>) -> Expr {
    let function = Property {
        steps,
        signature: Signature::exact(vec![DYNAMIC], Volatility::Immutable),
    };
    let function = Arc::new(ScalarUDF::new_from_impl(function));
    Expr::ScalarFunction(ScalarFunction::new_udf(function, vec![from]))
}

/// The column into which the expression is a path, and its steps.
pub(super) fn path_into(function: &ScalarFunction) -> Option<(&str, Vec<Step>)> {
    let property = function.func.inner().downcast_ref::<Property>()?;
    match function.args.as_slice() {
        [Expr::Column(column)] => Some((&column.name, property.steps.clone())),
        _ => None,
    }
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Property {
    steps: Vec<Step>,
    signature: Signature,
}

impl ScalarUDFImpl for Property {
    fn name(&self) -> &'static str {
        "property"
    }

    /// As it was written.
    fn schema_name(&self, args: &[Expr]) -> Result<String> {
        let mut name: String = args
            .iter()
            .map(|arg| arg.schema_name().to_string())
            .collect();
        for step in &self.steps {
            // Writing to a text cannot fail.
            let _written = match step {
                Step::Name(step) => write!(name, ".{step}"),
                Step::Index(index) => write!(name, "[{}]", index + 1),
            };
        }
        Ok(name)
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _types: &[DataType]) -> Result<DataType> {
        Ok(DYNAMIC)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let mut values = LargeBinaryBuilder::new();
        let mut bytes = Vec::new();
        for array in &arrays {
            for from in as_large_binary_array(array)? {
                bytes.clear();
                let found = match from.and_then(Value::read) {
                    Some(Value::Document(json)) => value::find(json.as_bytes(), &self.steps),
                    Some(Value::Boolean(_) | Value::Number(..) | Value::Text(_)) | None => None,
                };
                let is_there = found.is_some_and(|found| value::put_json(found, &mut bytes));
                values.append_option(is_there.then_some(bytes.as_slice()));
            }
        }
        Ok(ColumnarValue::Array(Arc::new(values.finish())))
    }
}
