//! Operators, paths and aggregates on values of the data, while the text is planned.

use arrow::datatypes::{DataType, Field, TimeUnit};
use datafusion::common::{Column, DFSchema, TableReference};
use datafusion::error::Result;
use datafusion::logical_expr::planner::{
    ExprPlanner, PlannerResult, RawAggregateExpr, RawBinaryExpr, RawFieldAccessExpr, RawWindowExpr,
};
use datafusion::logical_expr::{Expr, ExprSchemable, GetFieldAccess, cast};
use datafusion::scalar::ScalarValue;
use datafusion::sql::sqlparser::ast::BinaryOperator;

use super::as_type;
use crate::functions::{Target, convert, property};
use crate::value::{DYNAMIC, Step};

/// Aggregates of numbers, and how many of their arguments are.
const NUMERIC: &[(&str, usize)] = &[
    ("sum", 1),
    ("avg", 1),
    ("median", 1),
    ("approx_median", 1),
    ("approx_percentile_cont", 1),
    ("percentile_cont", 1),
    ("stddev", 1),
    ("stddev_pop", 1),
    ("var", 1),
    ("var_pop", 1),
    ("corr", 2),
    ("covar_pop", 2),
    ("covar_samp", 2),
    ("regr_intercept", 2),
    ("regr_r2", 2),
    ("regr_slope", 2),
];
const BOOLEAN: &[&str] = &["bool_and", "bool_or"];

/// Plans what `DataFusion` cannot know.
#[derive(Debug)]
pub(crate) struct Operators;

impl ExprPlanner for Operators {
    fn plan_binary_op(
        &self,
        expr: RawBinaryExpr,
        schema: &DFSchema,
    ) -> Result<PlannerResult<RawBinaryExpr>> {
        let RawBinaryExpr { op, left, right } = expr;
        let is_arithmetic = matches!(wanted(&op), Wanted::Number);
        if is_plain(&left, is_arithmetic) && is_plain(&right, is_arithmetic) {
            return Ok(PlannerResult::Original(RawBinaryExpr { op, left, right }));
        }
        let types = [&left, &right].map(|side| side.get_type(schema));
        let [Ok(left_type), Ok(right_type)] = types else {
            return Ok(PlannerResult::Original(RawBinaryExpr { op, left, right }));
        };
        if let (BinaryOperator::Arrow | BinaryOperator::LongArrow, DataType::LargeBinary) =
            (&op, &left_type)
            && let Some(step) = step_of(&right)
        {
            let value = property(left, vec![step]);
            return Ok(PlannerResult::Planned(if op == BinaryOperator::LongArrow {
                convert(Target::Text, value)
            } else {
                value
            }));
        }
        let (left, right) = match wanted(&op) {
            Wanted::Number => (number(left, &left_type), number(right, &right_type)),
            Wanted::Text => (
                plain(left, &left_type, Target::Text),
                plain(right, &right_type, Target::Text),
            ),
            Wanted::Boolean => (
                plain(left, &left_type, Target::Boolean),
                plain(right, &right_type, Target::Boolean),
            ),
            Wanted::Same => (
                beside(left, &left_type, &right_type),
                beside(right, &right_type, &left_type),
            ),
            Wanted::Nothing => (left, right),
        };
        Ok(PlannerResult::Original(RawBinaryExpr { op, left, right }))
    }

    fn plan_field_access(
        &self,
        expr: RawFieldAccessExpr,
        schema: &DFSchema,
    ) -> Result<PlannerResult<RawFieldAccessExpr>> {
        let is_ours = expr.expr.get_type(schema).is_ok_and(|it| it == DYNAMIC);
        let step = match &expr.field_access {
            GetFieldAccess::NamedStructField { name } => name
                .try_as_str()
                .flatten()
                .map(|name| Step::Name(name.to_owned())),
            GetFieldAccess::ListIndex { key } => step_of(key),
            GetFieldAccess::ListRange { .. } => None,
        };
        Ok(match step {
            Some(step) if is_ours => PlannerResult::Planned(property(expr.expr, vec![step])),
            Some(_) | None => PlannerResult::Original(expr),
        })
    }

    fn plan_compound_identifier(
        &self,
        field: &Field,
        qualifier: Option<&TableReference>,
        nested_names: &[String],
    ) -> Result<PlannerResult<Vec<Expr>>> {
        if *field.data_type() != DYNAMIC {
            return Ok(PlannerResult::Original(Vec::new()));
        }
        let column = Expr::Column(Column::from((qualifier, field)));
        let steps = nested_names.iter().map(|name| Step::Name(name.clone()));
        Ok(PlannerResult::Planned(property(column, steps.collect())))
    }

    fn plan_aggregate(
        &self,
        mut expr: RawAggregateExpr,
    ) -> Result<PlannerResult<RawAggregateExpr>> {
        expr.args = arguments(expr.func.name(), expr.args);
        if is_ordered_set(expr.func.name()) {
            for sort in &mut expr.order_by {
                sort.expr = convert(Target::Numeric, sort.expr.clone());
            }
        }
        Ok(PlannerResult::Original(expr))
    }

    fn plan_window(&self, mut expr: RawWindowExpr) -> Result<PlannerResult<RawWindowExpr>> {
        expr.args = arguments(expr.func_def.name(), expr.args);
        Ok(PlannerResult::Original(expr))
    }
}

/// Whether the function has its values in `WITHIN GROUP (ORDER BY …)`.
fn is_ordered_set(name: &str) -> bool {
    matches!(name, "approx_percentile_cont" | "percentile_cont")
}

/// What an operator wants of its sides.
enum Wanted {
    Number,
    Text,
    Boolean,
    /// What the other side is.
    Same,
    Nothing,
}

fn wanted(op: &BinaryOperator) -> Wanted {
    use BinaryOperator as Op;
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the other operators are of other dialects"
    )]
    match op {
        Op::Plus | Op::Minus | Op::Multiply | Op::Divide | Op::Modulo => Wanted::Number,
        Op::StringConcat
        | Op::PGRegexMatch
        | Op::PGRegexIMatch
        | Op::PGRegexNotMatch
        | Op::PGRegexNotIMatch => Wanted::Text,
        Op::And | Op::Or => Wanted::Boolean,
        Op::Eq | Op::NotEq | Op::Lt | Op::LtEq | Op::Gt | Op::GtEq | Op::Spaceship => Wanted::Same,
        _ => Wanted::Nothing,
    }
}

/// Whether the expression is none of the data's values by its form alone. Finding the type of a sum looks
/// at all its terms: without this, planning a long one would look at each of them for each.
///
/// A whole number may be compared with a moment, so there its type counts.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the other expressions are of another crate"
)]
fn is_plain(side: &Expr, in_arithmetic: bool) -> bool {
    match side {
        Expr::BinaryExpr(_) => true,
        Expr::Literal(literal, _) => in_arithmetic || !literal.data_type().is_integer(),
        _ => false,
    }
}

fn number(side: Expr, its: &DataType) -> Expr {
    plain(side, its, Target::Number)
}

fn plain(side: Expr, its: &DataType, target: Target) -> Expr {
    if *its == DYNAMIC {
        convert(target, side)
    } else {
        side
    }
}

/// A side of a comparison, as the other side wants it: a value of the data as its type, and a number
/// beside a moment as milliseconds since 1970.
fn beside(side: Expr, its: &DataType, other: &DataType) -> Expr {
    if *its == DYNAMIC {
        return as_type(side, other);
    }
    if its.is_integer() && matches!(other, DataType::Timestamp(..)) {
        let millis = DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()));
        return cast(cast(side, DataType::Int64), millis);
    }
    side
}

fn arguments(function: &str, args: Vec<Expr>) -> Vec<Expr> {
    let numbers = NUMERIC
        .iter()
        .find(|(name, _)| *name == function)
        .map_or(0, |(_, count)| *count);
    let numbers = if is_ordered_set(function) && args.len() < 2 {
        0
    } else {
        numbers
    };
    args.into_iter()
        .enumerate()
        .map(|(at, arg)| {
            if at < numbers {
                convert(Target::Numeric, arg)
            } else if BOOLEAN.contains(&function) {
                convert(Target::Boolean, arg)
            } else {
                arg
            }
        })
        .collect()
}

/// A name, or the place of an element, counted from 1 as SQL does.
fn step_of(key: &Expr) -> Option<Step> {
    let Expr::Literal(key, _) = key else {
        return None;
    };
    if let Some(name) = key.try_as_str().flatten() {
        return Some(Step::Name(name.to_owned()));
    }
    let ScalarValue::Int64(Some(index)) = key.cast_to(&DataType::Int64).ok()? else {
        return None;
    };
    usize::try_from(index).ok()?.checked_sub(1).map(Step::Index)
}
