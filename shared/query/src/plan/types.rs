//! Conversions where the text of a query has no operator or function that asks for them: in `BETWEEN`,
//! `IN`, `LIKE`, `CASE`, casts and conditions.

use arrow::datatypes::DataType;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DFSchema, ExprSchema};
use datafusion::error::Result;
use datafusion::logical_expr::expr::{Between, Case, Cast, InList, Like, TryCast};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlan};
use datafusion::optimizer::AnalyzerRule;

use super::{as_type, common};
use crate::functions::{Target, convert};
use crate::value::DYNAMIC;

/// Runs before `DataFusion`'s own coercion, which then finds types that it knows.
#[derive(Debug)]
pub(crate) struct DynamicTypes;

impl AnalyzerRule for DynamicTypes {
    fn name(&self) -> &'static str {
        "dynamic_types"
    }

    fn analyze(&self, plan: LogicalPlan, _config: &ConfigOptions) -> Result<LogicalPlan> {
        Ok(plan.transform_up_with_subqueries(of_plan)?.data)
    }
}

fn of_plan(plan: LogicalPlan) -> Result<Transformed<LogicalPlan>> {
    let mut schema = merge_schema(&plan.inputs());
    if let LogicalPlan::TableScan(scan) = &plan {
        schema.merge(&scan.projected_schema);
    }
    let names = NamePreserver::new(&plan);
    let plan = plan.map_expressions(|expr| {
        let name = names.save(&expr);
        let expr = expr.transform_up(|expr| of_expr(expr, &schema))?;
        Ok(expr.update_data(|expr| name.restore(expr)))
    })?;
    plan.map_data(LogicalPlan::recompute_schema)
}

fn is_dynamic(expr: &Expr, schema: &dyn ExprSchema) -> bool {
    expr.get_type(schema).is_ok_and(|it| it == DYNAMIC)
}

fn boxed(expr: Box<Expr>, schema: &DFSchema, change: impl FnOnce(Expr) -> Expr) -> Box<Expr> {
    if is_dynamic(&expr, schema) {
        Box::new(change(*expr))
    } else {
        expr
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the other expressions need no conversion"
)]
fn of_expr(expr: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    let text = |expr: Expr| convert(Target::Text, expr);
    let number = |expr: Expr| convert(Target::Number, expr);
    let truth = |expr: Expr| convert(Target::Boolean, expr);
    Ok(Transformed::yes(match expr {
        Expr::Between(Between {
            expr,
            negated,
            low,
            high,
        }) => {
            let types =
                [&expr, &low, &high].map(|it| it.get_type(schema).unwrap_or(DataType::Null));
            let Some(other) = common(&types) else {
                return Ok(Transformed::no(Expr::Between(Between {
                    expr,
                    negated,
                    low,
                    high,
                })));
            };
            let side = |side| boxed(side, schema, |side| as_type(side, &other));
            Expr::Between(Between::new(side(expr), negated, side(low), side(high)))
        }
        Expr::InList(InList {
            expr,
            list,
            negated,
        }) => {
            let types: Vec<DataType> = list
                .iter()
                .map(|it| it.get_type(schema).unwrap_or(DataType::Null))
                .collect();
            let Some(other) = common(&types) else {
                return Ok(Transformed::no(Expr::InList(InList {
                    expr,
                    list,
                    negated,
                })));
            };
            let expr = boxed(expr, schema, |expr| as_type(expr, &other));
            Expr::InList(InList::new(expr, list, negated))
        }
        Expr::Like(like) => Expr::Like(of_like(like, schema)),
        Expr::SimilarTo(like) => Expr::SimilarTo(of_like(like, schema)),
        Expr::Case(case) => Expr::Case(of_case(case, schema)),
        Expr::Cast(Cast { expr, field }) => {
            let expr = boxed(expr, schema, |expr| for_cast(expr, field.data_type()));
            Expr::Cast(Cast { expr, field })
        }
        Expr::TryCast(TryCast { expr, field }) => {
            let expr = boxed(expr, schema, |expr| for_cast(expr, field.data_type()));
            Expr::TryCast(TryCast { expr, field })
        }
        Expr::Negative(expr) => Expr::Negative(boxed(expr, schema, number)),
        Expr::Not(expr) => Expr::Not(boxed(expr, schema, truth)),
        Expr::IsTrue(expr) => Expr::IsTrue(boxed(expr, schema, truth)),
        Expr::IsNotTrue(expr) => Expr::IsNotTrue(boxed(expr, schema, truth)),
        Expr::IsFalse(expr) => Expr::IsFalse(boxed(expr, schema, truth)),
        Expr::IsNotFalse(expr) => Expr::IsNotFalse(boxed(expr, schema, truth)),
        Expr::InSubquery(mut inside) => {
            let wanted = inside
                .subquery
                .subquery
                .schema()
                .fields()
                .first()
                .map(|it| it.data_type().clone());
            if let Some(wanted) = wanted {
                inside.expr = boxed(inside.expr, schema, |expr| as_type(expr, &wanted));
            }
            Expr::InSubquery(inside)
        }
        Expr::AggregateFunction(mut function) => {
            if let Some(filter) = function.params.filter.take() {
                function.params.filter = Some(boxed(filter, schema, truth));
            }
            if function.func.name() == "string_agg" {
                function.params.args = function
                    .params
                    .args
                    .into_iter()
                    .map(|arg| {
                        if is_dynamic(&arg, schema) {
                            text(arg)
                        } else {
                            arg
                        }
                    })
                    .collect();
            }
            Expr::AggregateFunction(function)
        }
        other => return Ok(Transformed::no(other)),
    }))
}

/// A number for a number, a boolean for a boolean, and everything else by way of its text.
fn for_cast(expr: Expr, wanted: &DataType) -> Expr {
    let target = if wanted.is_numeric() {
        Target::Number
    } else if *wanted == DataType::Boolean {
        Target::Boolean
    } else {
        Target::Text
    };
    convert(target, expr)
}

fn of_like(mut like: Like, schema: &DFSchema) -> Like {
    let text = |expr: Expr| convert(Target::Text, expr);
    like.expr = boxed(like.expr, schema, text);
    like.pattern = boxed(like.pattern, schema, text);
    like
}

fn of_case(case: Case, schema: &DFSchema) -> Case {
    let Case {
        expr,
        when_then_expr,
        else_expr,
    } = case;
    let data_type = |expr: &Expr| expr.get_type(schema).unwrap_or(DataType::Null);
    let whens: Vec<DataType> = when_then_expr
        .iter()
        .map(|(when, _)| data_type(when))
        .chain(expr.iter().map(|it| data_type(it)))
        .collect();
    let thens: Vec<DataType> = when_then_expr
        .iter()
        .map(|(_, then)| data_type(then))
        .chain(else_expr.iter().map(|it| data_type(it)))
        .collect();
    let when_type = if expr.is_some() {
        common(&whens)
    } else {
        Some(DataType::Boolean)
    };
    let then_type = common(&thens);
    let as_common = |expr: Box<Expr>, wanted: &Option<DataType>| match wanted {
        Some(wanted) => boxed(expr, schema, |expr| as_type(expr, wanted)),
        None => expr,
    };
    Case {
        expr: expr.map(|expr| as_common(expr, &when_type)),
        when_then_expr: when_then_expr
            .into_iter()
            .map(|(when, then)| (as_common(when, &when_type), as_common(then, &then_type)))
            .collect(),
        else_expr: else_expr.map(|expr| as_common(expr, &then_type)),
    }
}
