//! Functions that Trino has and `DataFusion` has not, as what they stand for.
//!
//! | written | planned |
//! |---|---|
//! | `if(c, a, b)` | `CASE WHEN c THEN a ELSE b END` |
//! | `count_if(c)` | `count(*) FILTER (WHERE c)` |
//! | `max_by(x, y)`, `min_by(x, y)` | `first_value(x ORDER BY y DESC) FILTER (WHERE y IS NOT NULL)`, or `ASC` |
//! | `regexp_extract(s, p, n)` | `regexp_match(s, '(' \|\| p \|\| ')')[n + 1]` |

use datafusion::sql::sqlparser::ast::helpers::attached_token::AttachedToken;
use datafusion::sql::sqlparser::ast::{
    AccessExpr, BinaryOperator, CaseWhen, Expr, Function, FunctionArg, FunctionArgExpr,
    FunctionArgumentClause, FunctionArgumentList, FunctionArguments, Ident, ObjectName,
    OrderByExpr, OrderByOptions, Subscript, Value,
};

use super::rewrite::condition;

/// What the call stands for; `None` where it is none of these, or has not as many arguments.
pub(super) fn expand(function: &Function) -> Option<Expr> {
    let FunctionArguments::List(list) = &function.args else {
        return None;
    };
    let args: Vec<&Expr> = list.args.iter().map(plain).collect::<Option<_>>()?;
    let name = function.name.to_string().to_ascii_lowercase();
    match (name.as_str(), args.as_slice()) {
        ("if", [test, yes]) => Some(case(test, yes, None)),
        ("if", [test, yes, no]) => Some(case(test, yes, Some(no))),
        ("count_if", [test]) => {
            let all = FunctionArg::Unnamed(FunctionArgExpr::Wildcard);
            Some(aggregate(function, "count", all, None, condition(test)))
        }
        ("max_by", [value, by]) => Some(first(function, value, by, false)),
        ("min_by", [value, by]) => Some(first(function, value, by, true)),
        ("regexp_extract", [text, pattern]) => extract(function, text, pattern, 0),
        ("regexp_extract", [text, pattern, Expr::Value(group)]) => {
            let Value::Number(group, _) = &group.value else {
                return None;
            };
            extract(function, text, pattern, group.parse().ok()?)
        }
        _ => None,
    }
}

fn plain(arg: &FunctionArg) -> Option<&Expr> {
    match arg {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr),
        FunctionArg::Unnamed(_) | FunctionArg::Named { .. } | FunctionArg::ExprNamed { .. } => None,
    }
}

fn case(test: &Expr, yes: &Expr, no: Option<&Expr>) -> Expr {
    Expr::Case {
        case_token: AttachedToken::empty(),
        end_token: AttachedToken::empty(),
        operand: None,
        conditions: vec![CaseWhen {
            condition: condition(test),
            result: yes.clone(),
        }],
        else_result: no.map(|no| Box::new(no.clone())),
    }
}

/// The value of the row that comes first by another.
fn first(function: &Function, value: &Expr, by: &Expr, ascending: bool) -> Expr {
    let order = FunctionArgumentClause::OrderBy(vec![OrderByExpr {
        expr: by.clone(),
        options: OrderByOptions {
            asc: Some(ascending),
            nulls_first: Some(false),
        },
        with_fill: None,
    }]);
    let value = FunctionArg::Unnamed(FunctionArgExpr::Expr(value.clone()));
    let counts = Expr::IsNotNull(Box::new(by.clone()));
    aggregate(function, "first_value", value, Some(order), counts)
}

/// The call of another aggregate, for the rows of the condition and of the call's own filter.
fn aggregate(
    function: &Function,
    name: &str,
    arg: FunctionArg,
    order: Option<FunctionArgumentClause>,
    test: Expr,
) -> Expr {
    let filter = match &function.filter {
        None => test,
        Some(filter) => Expr::BinaryOp {
            left: Box::new(Expr::Nested(filter.clone())),
            op: BinaryOperator::And,
            right: Box::new(Expr::Nested(Box::new(test))),
        },
    };
    Expr::Function(Function {
        name: named(name),
        args: FunctionArguments::List(FunctionArgumentList {
            duplicate_treatment: None,
            args: vec![arg],
            clauses: order.into_iter().collect(),
        }),
        filter: Some(Box::new(filter)),
        ..function.clone()
    })
}

/// The part of a text that matches: all of it, or a group of the pattern.
fn extract(function: &Function, text: &Expr, pattern: &Expr, group: u32) -> Option<Expr> {
    let quoted = |text: &str| Expr::value(Value::SingleQuotedString(text.to_owned()));
    let joined = |left: Expr, right: Expr| Expr::BinaryOp {
        left: Box::new(left),
        op: BinaryOperator::StringConcat,
        right: Box::new(right),
    };
    let pattern = joined(joined(quoted("("), pattern.clone()), quoted(")"));
    let args = [text.clone(), pattern].map(FunctionArgExpr::Expr);
    let matched = Function {
        name: named("regexp_match"),
        args: FunctionArguments::List(FunctionArgumentList {
            duplicate_treatment: None,
            args: args.map(FunctionArg::Unnamed).into(),
            clauses: Vec::new(),
        }),
        ..function.clone()
    };
    let index = Value::Number(group.checked_add(1)?.to_string(), false);
    let index = Expr::value(index);
    Some(Expr::CompoundFieldAccess {
        root: Box::new(Expr::Function(matched)),
        access_chain: vec![AccessExpr::Subscript(Subscript::Index { index })],
    })
}

fn named(name: &str) -> ObjectName {
    ObjectName::from(vec![Ident::new(name)])
}
