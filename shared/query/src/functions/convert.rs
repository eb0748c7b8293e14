//! From values whose type the data decides to a type that SQL knows. The planner puts these where such
//! a type is wanted; a query cannot name them.

use std::sync::{Arc, LazyLock};

use arrow::array::{
    Array, ArrayRef, BooleanBuilder, Float64Builder, LargeBinaryArray, StringViewBuilder,
};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use datafusion::common::cast::as_large_binary_array;
use datafusion::error::Result;
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ExprSchemable, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    Volatility,
};
use datafusion::scalar::ScalarValue;

use crate::value::{DYNAMIC, Value};

/// The type that is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Target {
    /// A double; `NULL` for what is no number.
    Number,
    /// A double, unless the type is one that SQL knows: then that.
    Numeric,
    /// A text.
    Text,
    /// A boolean; `NULL` for what is none.
    Boolean,
}

/// One function for each target.
static FUNCTIONS: LazyLock<[Arc<ScalarUDF>; 4]> = LazyLock::new(|| {
    [
        Target::Number,
        Target::Numeric,
        Target::Text,
        Target::Boolean,
    ]
    .map(|target| Arc::new(ScalarUDF::new_from_impl(Convert::new(target))))
});

/// The expression, converted.
pub(crate) fn convert(target: Target, expr: Expr) -> Expr {
    // The sign belongs outside: a negative is one of a number.
    if let Expr::Negative(inner) = expr {
        return Expr::Negative(Box::new(convert(target, *inner)));
    }
    let [number, numeric, text, boolean] = &*FUNCTIONS;
    let function = match target {
        Target::Number => number,
        Target::Numeric => numeric,
        Target::Text => text,
        Target::Boolean => boolean,
    };
    Expr::ScalarFunction(ScalarFunction::new_udf(Arc::clone(function), vec![expr]))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Convert {
    target: Target,
    signature: Signature,
}

impl Convert {
    fn new(target: Target) -> Self {
        Self {
            target,
            signature: Signature::any(1, Volatility::Immutable),
        }
    }
}

impl Target {
    /// The type that comes out of one that goes in.
    fn data_type(self, from: &DataType) -> DataType {
        match self {
            Self::Numeric if *from != DYNAMIC => from.clone(),
            Self::Number | Self::Numeric => DataType::Float64,
            Self::Text => DataType::Utf8View,
            Self::Boolean => DataType::Boolean,
        }
    }
}

impl ScalarUDFImpl for Convert {
    fn name(&self) -> &'static str {
        match self.target {
            Target::Number => "number",
            Target::Numeric => "numeric",
            Target::Text => "text",
            Target::Boolean => "boolean",
        }
    }

    /// A column is named after what was written, which was no conversion.
    fn schema_name(&self, args: &[Expr]) -> Result<String> {
        Ok(args
            .iter()
            .map(|arg| arg.schema_name().to_string())
            .collect())
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        Ok(self.target.data_type(types.first().unwrap_or(&DYNAMIC)))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let mut values = args.args.into_iter();
        let value = values
            .next()
            .unwrap_or(ColumnarValue::Scalar(ScalarValue::Null));
        let wanted = self.target.data_type(&value.data_type());
        converted(value, self.target, &wanted)
    }

    fn simplify(
        &self,
        mut args: Vec<Expr>,
        context: &SimplifyContext,
    ) -> Result<ExprSimplifyResult> {
        let from = args
            .first()
            .map(|arg| arg.get_type(context.schema().as_ref()))
            .transpose()?;
        match from {
            Some(from) if from == self.target.data_type(&from) => match args.pop() {
                Some(arg) => Ok(ExprSimplifyResult::Simplified(arg)),
                None => Ok(ExprSimplifyResult::Original(args)),
            },
            Some(_) | None => Ok(ExprSimplifyResult::Original(args)),
        }
    }
}

/// The value in the wanted type, by way of the target.
pub(super) fn converted(
    value: ColumnarValue,
    target: Target,
    wanted: &DataType,
) -> Result<ColumnarValue> {
    if value.data_type() == *wanted {
        return Ok(value);
    }
    let of_array = |array: &ArrayRef| -> Result<ArrayRef> {
        if *array.data_type() != DYNAMIC {
            return Ok(cast(array, wanted)?);
        }
        let array = as_large_binary_array(array)?;
        let array = match target {
            Target::Number | Target::Numeric => numbers(array),
            Target::Text => texts(array),
            Target::Boolean => booleans(array),
        };
        Ok(cast(&array, wanted)?)
    };
    match value {
        ColumnarValue::Array(array) => Ok(ColumnarValue::Array(of_array(&array)?)),
        ColumnarValue::Scalar(scalar) => {
            let array = of_array(&scalar.to_array()?)?;
            Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(
                &array, 0,
            )?))
        }
    }
}

fn values(array: &LargeBinaryArray) -> impl Iterator<Item = Option<Value<'_>>> {
    array.iter().map(|bytes| bytes.and_then(Value::read))
}

fn numbers(array: &LargeBinaryArray) -> ArrayRef {
    let mut numbers = Float64Builder::with_capacity(array.len());
    values(array).for_each(|value| numbers.append_option(value.and_then(|value| value.number())));
    Arc::new(numbers.finish())
}

fn booleans(array: &LargeBinaryArray) -> ArrayRef {
    let mut booleans = BooleanBuilder::with_capacity(array.len());
    values(array).for_each(|value| booleans.append_option(value.and_then(|value| value.boolean())));
    Arc::new(booleans.finish())
}

fn texts(array: &LargeBinaryArray) -> ArrayRef {
    let mut texts = StringViewBuilder::with_capacity(array.len());
    let mut buffer = String::new();
    for value in values(array) {
        let text = match &value {
            None => None,
            Some(Value::Text(text) | Value::Document(text)) => Some(*text),
            Some(value @ (Value::Boolean(_) | Value::Number(..))) => {
                buffer.clear();
                value.put_text(&mut buffer);
                Some(buffer.as_str())
            }
        };
        texts.append_option(text);
    }
    Arc::new(texts.finish())
}
