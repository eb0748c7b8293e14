//! A function of `DataFusion` that also takes values whose type the data decides.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::error::Result;
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::type_coercion::functions::fields_with_udf;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ExprSchemable, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF,
    ScalarUDFImpl, Signature,
};

use super::convert::{Target, converted};
use crate::value::DYNAMIC;

/// What a function makes of such a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Prefers {
    /// A number, or else a text.
    Number,
    /// A text, or else a number.
    Text,
    /// What the other arguments are, as in `coalesce`; where all are such values, they stay.
    Peers,
}

/// The function, so extended.
pub(super) fn typed(inner: Arc<ScalarUDF>, prefers: Prefers) -> Arc<ScalarUDF> {
    let aliases = inner.aliases().to_vec();
    Arc::new(ScalarUDF::new_from_impl(Typed {
        signature: Signature::user_defined(inner.signature().volatility),
        inner,
        prefers,
        aliases,
    }))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Typed {
    inner: Arc<ScalarUDF>,
    prefers: Prefers,
    aliases: Vec<String>,
    signature: Signature,
}

/// How a call is made: what values of the data become, and the types that the function gets.
struct Call {
    target: Target,
    types: Vec<DataType>,
}

impl Typed {
    fn call(&self, types: &[DataType]) -> Result<Call> {
        if !types.contains(&DYNAMIC) {
            let types = self.coerced(types)?;
            return Ok(Call {
                target: Target::Text,
                types,
            });
        }
        let targets: &[Option<Target>] = match self.prefers {
            Prefers::Number => &[Some(Target::Number), Some(Target::Text)],
            Prefers::Text => &[Some(Target::Text), Some(Target::Number)],
            Prefers::Peers => &[peer(types)],
        };
        let mut failure = None;
        for target in targets {
            let as_target = |data_type: &DataType| match target {
                Some(target) if *data_type == DYNAMIC => base(*target),
                Some(_) | None => data_type.clone(),
            };
            match self.coerced(&types.iter().map(as_target).collect::<Vec<_>>()) {
                Ok(types) => {
                    let target = target.unwrap_or(Target::Text);
                    return Ok(Call { target, types });
                }
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        match failure {
            Some(error) => Err(error),
            None => self.coerced(types).map(|types| Call {
                target: Target::Text,
                types,
            }),
        }
    }

    fn coerced(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        let fields: Vec<FieldRef> = types
            .iter()
            .map(|it| Arc::new(Field::new("", it.clone(), true)))
            .collect();
        let fields = fields_with_udf(&fields, self.inner.as_ref())?;
        Ok(fields
            .iter()
            .map(|field| field.data_type().clone())
            .collect())
    }
}

/// What such a value is among these types.
fn peer(types: &[DataType]) -> Option<Target> {
    let other = types
        .iter()
        .find(|it| **it != DYNAMIC && **it != DataType::Null)?;
    if other.is_numeric() {
        Some(Target::Number)
    } else if *other == DataType::Boolean {
        Some(Target::Boolean)
    } else {
        Some(Target::Text)
    }
}

fn base(target: Target) -> DataType {
    match target {
        Target::Number | Target::Numeric => DataType::Float64,
        Target::Text => DataType::Utf8View,
        Target::Boolean => DataType::Boolean,
    }
}

impl ScalarUDFImpl for Typed {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn aliases(&self) -> &[String] {
        &self.aliases
    }

    fn schema_name(&self, args: &[Expr]) -> Result<String> {
        self.inner.schema_name(args)
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        let call = self.call(types)?;
        let stays = |(given, coerced): (&DataType, DataType)| {
            if *given == DYNAMIC { DYNAMIC } else { coerced }
        };
        Ok(types.iter().zip(call.types).map(stays).collect())
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        self.inner.return_type(&self.call(types)?.types)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        let types: Vec<DataType> = args
            .arg_fields
            .iter()
            .map(|field| field.data_type().clone())
            .collect();
        let call = self.call(&types)?;
        let fields: Vec<FieldRef> = args
            .arg_fields
            .iter()
            .zip(call.types)
            .map(|(field, data_type)| Arc::new(field.as_ref().clone().with_data_type(data_type)))
            .collect();
        self.inner.return_field_from_args(ReturnFieldArgs {
            arg_fields: &fields,
            scalar_arguments: args.scalar_arguments,
        })
    }

    fn short_circuits(&self) -> bool {
        self.inner.short_circuits()
    }

    fn invoke_with_args(&self, mut args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let types: Vec<DataType> = args.args.iter().map(ColumnarValue::data_type).collect();
        let call = self.call(&types)?;
        let mut values = Vec::with_capacity(args.args.len());
        for ((value, wanted), field) in args
            .args
            .into_iter()
            .zip(call.types)
            .zip(&mut args.arg_fields)
        {
            if value.data_type() == DYNAMIC {
                *field = Arc::new(field.as_ref().clone().with_data_type(wanted.clone()));
                values.push(converted(value, call.target, &wanted)?);
            } else {
                values.push(value);
            }
        }
        args.args = values;
        self.inner.invoke_with_args(args)
    }

    /// A call without such values is one of the function itself. With some, they are converted first.
    fn simplify(&self, args: Vec<Expr>, context: &SimplifyContext) -> Result<ExprSimplifyResult> {
        let schema = context.schema();
        let types: Vec<DataType> = args
            .iter()
            .map(|arg| arg.get_type(schema.as_ref()))
            .collect::<Result<_>>()?;
        let call = self.call(&types)?;
        let mut plain = Vec::with_capacity(args.len());
        for ((arg, given), wanted) in args.into_iter().zip(types).zip(call.types) {
            plain.push(if given == DYNAMIC && wanted != DYNAMIC {
                super::convert(call.target, arg).cast_to(&wanted, schema.as_ref())?
            } else {
                arg
            });
        }
        let function = ScalarFunction::new_udf(Arc::clone(&self.inner), plain);
        Ok(ExprSimplifyResult::Simplified(Expr::ScalarFunction(
            function,
        )))
    }
}
