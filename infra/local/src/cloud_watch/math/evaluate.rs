//! Queries to their time series.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::ops::Range;

use super::functions::{self, Fill};
use super::value::{Labelled, Value};
use super::{Expression, Found, Points, Query, Source};
use crate::cloud_watch::bucket::Bucket;
use crate::cloud_watch::refusal::Refusal;
use crate::cloud_watch::series::Metrics;

/// A range that `FILL` makes points for: a year of minutes is half a million.
const MAX_FILL_SECS: i64 = 366 * 86_400;

/// Expressions within expressions, through other queries too: a limit for the stack.
const MAX_DEPTH: usize = 200;

/// The queries of one request; each is evaluated once.
pub(in crate::cloud_watch) struct Queries<'a> {
    all: &'a [Query],
    metrics: &'a Metrics,
    range: Range<i64>,
    /// None while a query is being evaluated.
    known: RefCell<BTreeMap<&'a str, Option<Value>>>,
    depth: Cell<usize>,
}

impl<'a> Queries<'a> {
    pub(in crate::cloud_watch) const fn new(
        queries: &'a [Query],
        metrics: &'a Metrics,
        range: Range<i64>,
    ) -> Self {
        Self {
            all: queries,
            metrics,
            range,
            known: RefCell::new(BTreeMap::new()),
            depth: Cell::new(0),
        }
    }

    /// The series of the queries that return data, in their order.
    pub(in crate::cloud_watch) fn evaluate(&self) -> Result<Vec<Found>, Refusal> {
        let mut found = Vec::new();
        for query in self.all.iter().filter(|query| query.returned) {
            let value = self
                .query(query)
                .map_err(|what| in_expression(query, &what))?;
            let labelled = |label, points| Found {
                id: query.id.clone(),
                label,
                points,
            };
            match value {
                Value::Series(series) => found.push(labelled(query.label.clone(), series.points)),
                Value::List(list) => {
                    found.extend(list.into_iter().map(|one| labelled(one.label, one.points)));
                }
                Value::Scalar(_) => {
                    return Err(in_expression(query, "The result must be a time series"));
                }
            }
        }
        Ok(found)
    }

    fn query(&self, query: &'a Query) -> Result<Value, String> {
        match self.known.borrow().get(query.id.as_str()) {
            Some(Some(value)) => return Ok(value.clone()),
            Some(None) => return Err(format!("{} refers to itself", query.id)),
            None => {}
        }
        self.known.borrow_mut().insert(&query.id, None);
        let value = match &query.source {
            Source::Metric { .. } => Value::Series(self.metric(query)),
            Source::Expression(expression) => self.value(expression)?,
        };
        self.known
            .borrow_mut()
            .insert(&query.id, Some(value.clone()));
        Ok(value)
    }

    fn metric(&self, query: &Query) -> Labelled {
        let label = query.label.clone();
        let Source::Metric {
            id,
            period,
            statistic,
            unit,
        } = &query.source
        else {
            return Labelled {
                label,
                period: 60,
                points: Points::new(),
            };
        };
        let units = self
            .metrics
            .buckets(id, unit.as_deref(), *period, self.range.clone());
        let mut buckets: BTreeMap<i64, Bucket> = BTreeMap::new();
        for (time, bucket) in units.into_values().flatten() {
            buckets
                .entry(time)
                .or_insert_with(Bucket::empty)
                .merge(&bucket);
        }
        let points = buckets
            .iter()
            .filter_map(|(time, one)| Some((*time, statistic.of(one)?)));
        Labelled {
            label,
            period: *period,
            points: points.collect(),
        }
    }

    fn value(&self, expression: &'a Expression) -> Result<Value, String> {
        self.depth.set(self.depth.get() + 1);
        if self.depth.get() > MAX_DEPTH {
            return Err("Nested too deeply".into());
        }
        let value = self.value_of(expression);
        self.depth.set(self.depth.get() - 1);
        value
    }

    fn value_of(&self, expression: &'a Expression) -> Result<Value, String> {
        match expression {
            Expression::Number(number) => Ok(Value::Scalar(*number)),
            Expression::Text(text) => Err(format!("Unexpected text '{text}'")),
            Expression::Name(name) => {
                let query = self.all.iter().find(|query| query.id == *name);
                self.query(query.ok_or_else(|| format!("Undefined variable: {name}"))?)
            }
            Expression::List(items) => self.list(items),
            Expression::Call(name, arguments) => self.call(name, arguments),
            Expression::Binary(symbol, left, right) => {
                let (left, right) = (self.value(left)?, self.value(right)?);
                left.combine(right, operator(symbol))
            }
        }
    }

    fn list(&self, items: &'a [Expression]) -> Result<Value, String> {
        let mut list = Vec::new();
        for item in items {
            match self.value(item)? {
                Value::Series(series) => list.push(series),
                Value::List(more) => list.extend(more),
                Value::Scalar(_) => return Err("An array holds time series".into()),
            }
        }
        Ok(Value::List(list))
    }

    fn call(&self, name: &str, arguments: &'a [Expression]) -> Result<Value, String> {
        match (name, arguments) {
            ("METRICS", []) => self.all_metrics(""),
            ("METRICS", [Expression::Text(part)]) => self.all_metrics(part),
            ("SUM", [of]) => Ok(functions::aggregate(self.value(of)?, functions::sum)),
            ("AVG", [of]) => Ok(functions::aggregate(self.value(of)?, functions::average)),
            ("MIN", [of]) => Ok(functions::aggregate(self.value(of)?, functions::minimum)),
            ("MAX", [of]) => Ok(functions::aggregate(self.value(of)?, functions::maximum)),
            ("ABS", [of]) => self
                .value(of)?
                .each(|series| series.map(|_, value| value.abs())),
            ("CEIL", [of]) => self
                .value(of)?
                .each(|series| series.map(|_, value| value.ceil())),
            ("FLOOR", [of]) => self
                .value(of)?
                .each(|series| series.map(|_, value| value.floor())),
            ("DIFF", [of]) => self
                .value(of)?
                .each(|one| functions::differences(one, false)),
            ("RATE", [of]) => self
                .value(of)?
                .each(|one| functions::differences(one, true)),
            ("RUNNING_SUM", [of]) => self.value(of)?.each(functions::running_sum),
            ("FILL", [of, with]) => {
                let fill = self.fill(with)?;
                if self.range.end - self.range.start > MAX_FILL_SECS {
                    return Err("FILL over more than a year".into());
                }
                self.value(of)?
                    .each(|series| functions::fill(series, fill, &self.range))
            }
            ("PERIOD", [of]) => match self.value(of)? {
                #[expect(clippy::cast_precision_loss, reason = "seconds of a period")]
                Value::Series(series) => Ok(Value::Scalar(series.period as f64)),
                Value::Scalar(_) | Value::List(_) => Err("PERIOD expects a metric".into()),
            },
            ("IF", [condition, then]) => {
                let nothing = Value::List(Vec::new());
                functions::choose(self.value(condition)?, &self.value(then)?, &nothing)
            }
            ("IF", [condition, then, otherwise]) => functions::choose(
                self.value(condition)?,
                &self.value(then)?,
                &self.value(otherwise)?,
            ),
            _ => Err(format!(
                "Unsupported function {name} with {} arguments",
                arguments.len()
            )),
        }
    }

    fn all_metrics(&self, part: &str) -> Result<Value, String> {
        let metrics = self.all.iter().filter(|query| {
            matches!(query.source, Source::Metric { .. }) && query.id.contains(part)
        });
        let mut list = Vec::new();
        for query in metrics {
            if let Value::Series(series) = self.query(query)? {
                list.push(series);
            }
        }
        Ok(Value::List(list))
    }

    fn fill(&self, with: &'a Expression) -> Result<Fill, String> {
        if let Expression::Name(name) = with
            && let Some(fill) = Fill::named(name)
        {
            return Ok(fill);
        }
        match self.value(with)? {
            Value::Scalar(number) => Ok(Fill::With(number)),
            Value::Series(_) | Value::List(_) => Err("FILL expects a number".into()),
        }
    }
}

fn operator(symbol: &str) -> fn(f64, f64) -> f64 {
    match symbol {
        "+" => |left, right| left + right,
        "-" => |left, right| left - right,
        "*" => |left, right| left * right,
        "/" => |left, right| left / right,
        "^" => f64::powf,
        "<" => |left, right| f64::from(left < right),
        ">" => |left, right| f64::from(left > right),
        "<=" => |left, right| f64::from(left <= right),
        ">=" => |left, right| f64::from(left >= right),
        "==" => |left, right| f64::from(left.total_cmp(&right).is_eq()),
        _ => |left, right| f64::from(left.total_cmp(&right).is_ne()),
    }
}

fn in_expression(query: &Query, what: &str) -> Refusal {
    Refusal::validation(format!("Error in expression '{}': {what}", query.id))
}
