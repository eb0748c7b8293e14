//! Metric math.
//!
//! Understood: numbers, ids, `+ - * / ^`, unary minus, comparisons, parentheses, `[a, b]`, `METRICS`,
//! `SUM`, `AVG`, `MIN`, `MAX`, `ABS`, `CEIL`, `FLOOR`, `DIFF`, `RATE`, `RUNNING_SUM`, `FILL`, `IF` and
//! `PERIOD`.

mod evaluate;
mod functions;
mod parse;
mod tokens;
mod value;

use std::collections::BTreeMap;

pub(super) use evaluate::Queries;
pub(super) use parse::Expression;

use super::series::MetricId;
use super::statistic::Statistic;

/// A query with its checks done.
#[derive(Debug)]
pub(super) struct Query {
    pub(super) id: String,
    pub(super) label: String,
    pub(super) returned: bool,
    pub(super) source: Source,
}

#[derive(Debug)]
pub(super) enum Source {
    Metric {
        id: MetricId,
        period: i64,
        statistic: Statistic,
        unit: Option<String>,
    },
    Expression(Expression),
}

/// Values by the second their period begins.
pub(super) type Points = BTreeMap<i64, f64>;

/// A time series found for a query.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) id: String,
    pub(super) label: String,
    pub(super) points: Points,
}
