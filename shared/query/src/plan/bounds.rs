//! Bounds around all that makes much out of little, also where the text of a query has an operator or a
//! literal for it.

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::error::Result;
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::{BinaryExpr, Expr, LogicalPlan, Operator};
use datafusion::optimizer::AnalyzerRule;

use crate::functions::{bounded, concat_of};

/// Runs before anything is computed while planning.
#[derive(Debug)]
pub(crate) struct Bounds;

impl AnalyzerRule for Bounds {
    fn name(&self) -> &'static str {
        "bounds"
    }

    fn analyze(&self, plan: LogicalPlan, _config: &ConfigOptions) -> Result<LogicalPlan> {
        Ok(plan.transform_up_with_subqueries(of_plan)?.data)
    }
}

fn of_plan(plan: LogicalPlan) -> Result<Transformed<LogicalPlan>> {
    let names = NamePreserver::new(&plan);
    let plan = plan.map_expressions(|expr| {
        let name = names.save(&expr);
        // Downwards: a chain of an operator is seen before its links.
        let expr = expr.transform_down(|expr| Ok(of_expr(expr)))?;
        Ok(expr.update_data(|expr| name.restore(expr)))
    })?;
    plan.map_data(LogicalPlan::recompute_schema)
}

fn of_expr(expr: Expr) -> Transformed<Expr> {
    let (expr, is_new) = if let Expr::BinaryExpr(
        chain @ BinaryExpr {
            op: Operator::StringConcat,
            ..
        },
    ) = expr
    {
        (concat_of(chain), true)
    } else {
        (expr, false)
    };
    let Expr::ScalarFunction(ScalarFunction { func, args }) = expr else {
        return Transformed::no(expr);
    };
    match bounded(&func) {
        Some(func) => Transformed::yes(Expr::ScalarFunction(ScalarFunction { func, args })),
        None => Transformed::new_transformed(
            Expr::ScalarFunction(ScalarFunction { func, args }),
            is_new,
        ),
    }
}
