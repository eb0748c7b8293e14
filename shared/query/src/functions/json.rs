//! Trino's functions on JSON.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Int64Builder, LargeBinaryBuilder, StringViewBuilder};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use datafusion::common::cast::{as_large_binary_array, as_string_view_array};
use datafusion::common::{exec_err, plan_err};
use datafusion::error::Result;
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use datafusion::scalar::ScalarValue;

use crate::value::{self, DYNAMIC, Step, Value, array_len, steps_of};

/// `json_extract`, `json_extract_scalar`, `json_array_length`, `json_parse`, `json_format`.
pub(super) fn functions() -> Vec<Arc<ScalarUDF>> {
    [
        Kind::Extract,
        Kind::ExtractScalar,
        Kind::ArrayLength,
        Kind::Parse,
        Kind::Format,
    ]
    .into_iter()
    .map(|kind| {
        let signature = Signature::user_defined(Volatility::Immutable);
        Arc::new(ScalarUDF::new_from_impl(Json { kind, signature }))
    })
    .collect()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    /// What a path leads to.
    Extract,
    /// What a path leads to, as text; `NULL` for objects and arrays.
    ExtractScalar,
    /// The number of elements; `NULL` for what is no array.
    ArrayLength,
    /// A text as the JSON that it is; `NULL` for what is none.
    Parse,
    /// The JSON's text.
    Format,
}

/// The column into which the expression is a path, and its steps.
pub(super) fn path_into(function: &ScalarFunction) -> Option<(&str, Vec<Step>)> {
    let json = function.func.inner().downcast_ref::<Json>()?;
    match function.args.as_slice() {
        [Expr::Column(column), Expr::Literal(path, _)] if json.kind.has_path() => {
            let steps = steps_of(path.try_as_str().flatten()?)?;
            Some((&column.name, steps))
        }
        _ => None,
    }
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Json {
    kind: Kind,
    signature: Signature,
}

impl Kind {
    /// Whether the second argument is a path.
    const fn has_path(self) -> bool {
        match self {
            Self::Extract | Self::ExtractScalar => true,
            Self::ArrayLength | Self::Parse | Self::Format => false,
        }
    }
}

impl ScalarUDFImpl for Json {
    fn name(&self) -> &'static str {
        match self.kind {
            Kind::Extract => "json_extract",
            Kind::ExtractScalar => "json_extract_scalar",
            Kind::ArrayLength => "json_array_length",
            Kind::Parse => "json_parse",
            Kind::Format => "json_format",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        let document = |given: &DataType| {
            if *given == DYNAMIC {
                DYNAMIC
            } else {
                DataType::Utf8View
            }
        };
        match (types, self.kind.has_path()) {
            ([json, _path], true) => Ok(vec![document(json), DataType::Utf8View]),
            ([json], false) => Ok(vec![document(json)]),
            (_, true) => plan_err!(
                "{} takes a JSON value and a path such as '$.a.b[0]'",
                self.name()
            ),
            (_, false) => plan_err!("{} takes one JSON value", self.name()),
        }
    }

    fn return_type(&self, _types: &[DataType]) -> Result<DataType> {
        Ok(match self.kind {
            Kind::Extract | Kind::Parse => DYNAMIC,
            Kind::ExtractScalar | Kind::Format => DataType::Utf8View,
            Kind::ArrayLength => DataType::Int64,
        })
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let mut given = args.args.into_iter();
        let Some(json) = given.next() else {
            return exec_err!("{} takes a JSON value", self.name());
        };
        let steps = match given.next() {
            None => Vec::new(),
            Some(path) => match steps(&path)? {
                Some(steps) => steps,
                None => {
                    return Ok(ColumnarValue::Scalar(ScalarValue::try_from(
                        args.return_field.data_type(),
                    )?));
                }
            },
        };
        let json = json.into_array(args.number_rows)?;
        Ok(ColumnarValue::Array(self.of_rows(&json, &steps)?))
    }
}

/// The steps of the path, which is the same for every row; `None` for `NULL`.
fn steps(path: &ColumnarValue) -> Result<Option<Vec<Step>>> {
    let ColumnarValue::Scalar(path) = path else {
        return exec_err!("the path must be the same for every row");
    };
    let Some(path) = path.try_as_str().flatten() else {
        return Ok(None);
    };
    let Some(steps) = steps_of(path) else {
        return exec_err!("a path is written as in '$.a.b[0][\"c d\"]'");
    };
    Ok(Some(steps))
}

impl Json {
    fn of_rows(&self, json: &ArrayRef, steps: &[Step]) -> Result<ArrayRef> {
        let mut output = Output::of(self.kind);
        if *json.data_type() == DYNAMIC {
            for bytes in as_large_binary_array(json)? {
                match bytes.and_then(Value::read) {
                    Some(Value::Document(text)) => output.put(text.as_bytes(), steps),
                    // A text may hold JSON, as what `json_extract_scalar` reads in Trino does.
                    Some(Value::Text(text)) if self.kind != Kind::Format => {
                        output.put(text.as_bytes(), steps);
                    }
                    Some(value @ (Value::Boolean(_) | Value::Number(..) | Value::Text(_))) => {
                        let mut text = String::new();
                        value.put_json(&mut text);
                        output.put(text.as_bytes(), steps);
                    }
                    None => output.put(b"", steps),
                }
            }
        } else {
            let json = cast(json, &DataType::Utf8View)?;
            for text in as_string_view_array(&json)? {
                let text = text.unwrap_or_default();
                // What was not accepted as an event's properties may be anything.
                let is_json = serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
                output.put(if is_json { text.as_bytes() } else { b"" }, steps);
            }
        }
        Ok(output.finish())
    }
}

/// Rows on their way out.
enum Output {
    Value(LargeBinaryBuilder),
    Scalar(StringViewBuilder),
    Json(StringViewBuilder),
    Length(Int64Builder),
}

impl Output {
    fn of(kind: Kind) -> Self {
        match kind {
            Kind::Extract | Kind::Parse => Self::Value(LargeBinaryBuilder::new()),
            Kind::ExtractScalar => Self::Scalar(StringViewBuilder::new()),
            Kind::Format => Self::Json(StringViewBuilder::new()),
            Kind::ArrayLength => Self::Length(Int64Builder::new()),
        }
    }

    fn put(&mut self, json: &[u8], steps: &[Step]) {
        let found = value::find(json, steps).filter(|found| !found.is_empty());
        if let Self::Length(lengths) = self {
            let length = found.and_then(array_len);
            lengths.append_option(length.and_then(|length| i64::try_from(length).ok()));
            return;
        }
        let mut bytes = Vec::new();
        let is_there = found.is_some_and(|found| value::put_json(found, &mut bytes));
        let value = if is_there { Value::read(&bytes) } else { None };
        let mut text = String::new();
        match self {
            Self::Value(values) => values.append_option(is_there.then_some(bytes.as_slice())),
            Self::Scalar(texts) => match value {
                None | Some(Value::Document(_)) => texts.append_null(),
                Some(value) => {
                    value.put_text(&mut text);
                    texts.append_value(&text);
                }
            },
            Self::Json(texts) => match value {
                None => texts.append_null(),
                Some(value) => {
                    value.put_json(&mut text);
                    texts.append_value(&text);
                }
            },
            Self::Length(_) => {}
        }
    }

    fn finish(self) -> ArrayRef {
        match self {
            Self::Value(mut values) => Arc::new(values.finish()),
            Self::Scalar(mut texts) | Self::Json(mut texts) => Arc::new(texts.finish()),
            Self::Length(mut lengths) => Arc::new(lengths.finish()),
        }
    }
}
