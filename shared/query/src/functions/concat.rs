//! The operator `||` as a function: what it makes is bounded like what functions make.

use std::sync::{Arc, LazyLock};

use arrow::array::{RecordBatch, RecordBatchOptions};
use arrow::datatypes::{DataType, Field, Schema};
use datafusion::error::Result;
use datafusion::logical_expr::binary::BinaryTypeCoercer;
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::{
    BinaryExpr, ColumnarValue, Expr, Operator, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl,
    Signature, Volatility,
};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::{self, Column, Literal};

/// Its name, which no text can call.
pub(super) const CONCAT: &str = "||";

static FUNCTION: LazyLock<Arc<ScalarUDF>> = LazyLock::new(|| {
    Arc::new(ScalarUDF::new_from_impl(Concat {
        signature: Signature::user_defined(Volatility::Immutable),
    }))
});

/// A chain of the operator as one call.
pub(crate) fn concat_of(expr: BinaryExpr) -> Expr {
    let mut args = Vec::new();
    let mut waiting = vec![*expr.right, *expr.left];
    while let Some(next) = waiting.pop() {
        if let Expr::BinaryExpr(BinaryExpr {
            left,
            op: Operator::StringConcat,
            right,
        }) = next
        {
            waiting.extend([*right, *left]);
        } else {
            args.push(next);
        }
    }
    Expr::ScalarFunction(ScalarFunction::new_udf(Arc::clone(&FUNCTION), args))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Concat {
    signature: Signature,
}

/// The type of two such types, joined.
fn joined(left: &DataType, right: &DataType) -> Result<DataType> {
    BinaryTypeCoercer::new(left, &Operator::StringConcat, right).get_result_type()
}

fn type_of(types: &[DataType]) -> Result<DataType> {
    let mut types = types.iter();
    let first = types.next().cloned().unwrap_or(DataType::Utf8);
    types.try_fold(first, |joined_type, next| joined(&joined_type, next))
}

impl ScalarUDFImpl for Concat {
    fn name(&self) -> &'static str {
        CONCAT
    }

    /// As the operator names its column.
    fn schema_name(&self, args: &[Expr]) -> Result<String> {
        let names: Vec<_> = args
            .iter()
            .map(|arg| arg.schema_name().to_string())
            .collect();
        Ok(names.join(" || "))
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        Ok(vec![type_of(types)?; types.len()])
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        type_of(types)
    }

    /// Has the operator join two at a time.
    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let rows = args.number_rows;
        let mut values = args.args.into_iter();
        let Some(first) = values.next() else {
            return datafusion::common::plan_err!("|| joins two texts");
        };
        values.try_fold(first, |left, right| join(left, right, rows))
    }
}

fn join(left: ColumnarValue, right: ColumnarValue, rows: usize) -> Result<ColumnarValue> {
    let (mut fields, mut columns) = (Vec::new(), Vec::new());
    let mut side = |value: ColumnarValue| -> Arc<dyn PhysicalExpr> {
        match value {
            ColumnarValue::Scalar(scalar) => Arc::new(Literal::new(scalar)),
            ColumnarValue::Array(array) => {
                fields.push(Field::new("", array.data_type().clone(), true));
                columns.push(array);
                Arc::new(Column::new("", columns.len() - 1))
            }
        }
    };
    let (left, right) = (side(left), side(right));
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    let schema = Arc::new(Schema::new(fields));
    let batch = RecordBatch::try_new_with_options(schema, columns, &options)?;
    expressions::BinaryExpr::new(left, Operator::StringConcat, right).evaluate(&batch)
}
