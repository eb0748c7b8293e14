//! What people write, as the planner can read it.
//!
//! * A column of the answer that has no alias is named after the text it was made from.
//! * The name behind a bracket, as in `properties.items[1].sku`, is a text to the planner.
//! * `-properties.x` is `0 - properties.x`, and a condition `properties.x` is `properties.x = TRUE`: the
//!   planner asks for the type before it is told that the data decide it.
//! * Functions that only Trino has are what they stand for.

use std::collections::HashSet;
use std::convert::Infallible;
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    AccessExpr, BinaryOperator, Expr, Ident, Query, Select, SelectItem, SetExpr, Statement,
    UnaryOperator, Value, VisitMut, VisitorMut,
};

use super::names::is_document;
use super::trino;

/// Longest name that a column gets from its text, in characters.
const MAX_NAME: usize = 128;

pub(super) fn rewrite(statement: &mut Statement) {
    // First: names are those of what was written.
    if let Statement::Query(query) = statement {
        name_columns(query);
    }
    let _never_broken_off: ControlFlow<Infallible> = statement.visit(&mut Rewriter);
}

struct Rewriter;

impl VisitorMut for Rewriter {
    type Break = Infallible;

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the other operators are of another crate"
    )]
    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Infallible> {
        if let Expr::UnaryOp { op, expr: operand } = expr
            && is_path(operand)
        {
            let path = operand.as_ref().clone();
            match op {
                UnaryOperator::Minus => {
                    let negative = binary(number("0"), BinaryOperator::Minus, path);
                    *expr = Expr::Nested(Box::new(negative));
                }
                UnaryOperator::Not => **operand = Expr::Nested(Box::new(is_true(path))),
                _ => {}
            }
        }
        if let Expr::Function(function) = expr
            && let Some(expanded) = trino::expand(function)
        {
            *expr = expanded;
        }
        if let Expr::CompoundFieldAccess { access_chain, .. } = expr {
            for access in access_chain {
                if let AccessExpr::Dot(Expr::Identifier(name)) = access {
                    let name = Value::SingleQuotedString(name.value.clone());
                    *access = AccessExpr::Dot(Expr::value(name));
                }
            }
        }
        ControlFlow::Continue(())
    }

    fn post_visit_select(&mut self, select: &mut Select) -> ControlFlow<Infallible> {
        for condition in [&mut select.selection, &mut select.having]
            .into_iter()
            .flatten()
        {
            if is_path(condition) {
                *condition = is_true(condition.clone());
            }
        }
        ControlFlow::Continue(())
    }
}

fn binary(left: Expr, op: BinaryOperator, right: Expr) -> Expr {
    Expr::BinaryOp {
        left: Box::new(left),
        op,
        right: Box::new(right),
    }
}

/// The expression as a condition: of a path, whether it is true.
pub(super) fn condition(expr: &Expr) -> Expr {
    if is_path(expr) {
        is_true(expr.clone())
    } else {
        expr.clone()
    }
}

fn is_true(expr: Expr) -> Expr {
    binary(expr, BinaryOperator::Eq, Expr::value(Value::Boolean(true)))
}

fn number(digits: &str) -> Expr {
    Expr::value(Value::Number(digits.to_owned(), false))
}

/// Whether the expression is a name with something behind it.
fn is_path(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::CompoundIdentifier(_) | Expr::CompoundFieldAccess { .. }
    )
}

fn name_columns(query: &mut Query) {
    let SetExpr::Select(select) = query.body.as_mut() else {
        return;
    };
    let mut taken = HashSet::new();
    for item in &mut select.projection {
        let SelectItem::UnnamedExpr(expr) = item else {
            continue;
        };
        let Some(name) = name_of(expr).filter(|name| taken.insert(name.clone())) else {
            continue;
        };
        *item = SelectItem::ExprWithAlias {
            expr: expr.clone(),
            alias: Ident::with_quote('"', name),
        };
    }
}

/// `None` where the planner's name is the right one.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the other expressions are of another crate"
)]
fn name_of(expr: &Expr) -> Option<String> {
    let name = match expr {
        Expr::Identifier(_) => return None,
        Expr::CompoundIdentifier(parts) => {
            let document = parts.iter().position(|part| is_document(&part.value))?;
            let path = parts.iter().skip(document).map(|part| part.value.as_str());
            path.collect::<Vec<_>>().join(".")
        }
        other => other.to_string(),
    };
    (name.chars().count() <= MAX_NAME).then_some(name)
}
