//! What the conditions of a query say about time and names, so that most of the log is not read.

use std::time::Duration;

use datafusion::logical_expr::{BinaryExpr, Expr, Operator};
use datafusion::scalar::ScalarValue;
use event::{Signal, Timestamp};

use super::{From, TableDef, column};

/// How far back a query reads that sets no lower bound.
pub(crate) const DEFAULT_SPAN: Duration = Duration::from_hours(400 * 24);
/// Events may be dated so far ahead of their receipt.
const AHEAD: Duration = Duration::from_hours(25);
/// Events may be dated so far back: no query needs to look further.
const BACK: Duration = Duration::from_hours(10 * 366 * 24);
/// Conditions nested deeper than this are not looked at.
const MAX_DEPTH: usize = 16;

/// A part of time, `from` included and `to` not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TimeRange {
    pub(crate) from: Timestamp,
    pub(crate) to: Timestamp,
}

/// What a scan may leave out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) range: TimeRange,
    /// Only events of these names; `None`: of any.
    pub(crate) names: Option<Vec<String>>,
}

/// What conditions demand, each of them.
#[derive(Debug, Default)]
struct Demands {
    from: Option<i64>,
    to: Option<i64>,
    names: Option<Vec<String>>,
}

impl Wanted {
    /// What conditions, which all must hold, leave of the table. What is not understood narrows nothing.
    ///
    /// Without a lower bound the range begins at `since`.
    pub(crate) fn of(def: &TableDef, filters: &[Expr], now: Timestamp, since: Timestamp) -> Self {
        let mut demands = Demands::default();
        for filter in filters {
            demands.read(filter, MAX_DEPTH);
        }
        let bounds = (now.minus(BACK), now.plus(AHEAD));
        let moment = |millis: i64| Timestamp::from_millis(millis).clamp(bounds.0, bounds.1);
        let from = demands.from.map_or(since, moment);
        // What a profile is now may rest on updates of any time: a bound may have older ones read, and
        // leaves none away.
        let range = if def.signal == Signal::Profiles {
            TimeRange {
                from: from.min(since),
                to: bounds.1,
            }
        } else {
            TimeRange {
                from,
                to: demands.to.map_or(bounds.1, moment),
            }
        };
        // Beside a chunk lie the names of its events. What another table calls a name is none of them.
        let lists_names = def.columns.contains(&column("name", From::Name));
        Self {
            range,
            names: demands.names.filter(|_| lists_names),
        }
    }
}

impl Demands {
    fn read(&mut self, expr: &Expr, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else {
            return;
        };
        // The list of conditions that narrow anything is short; all others leave the range alone.
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "the other expressions are of another crate"
        )]
        match expr {
            Expr::BinaryExpr(BinaryExpr {
                left,
                op: Operator::And,
                right,
            }) => {
                self.read(left, depth);
                self.read(right, depth);
            }
            Expr::BinaryExpr(BinaryExpr { left, op, right }) => {
                self.compare(left, *op, right);
                if let Some(op) = op.swap() {
                    self.compare(right, op, left);
                }
            }
            Expr::Between(between) if !between.negated => {
                self.compare(&between.expr, Operator::GtEq, &between.low);
                self.compare(&between.expr, Operator::LtEq, &between.high);
            }
            Expr::InList(list) if !list.negated && is_column(&list.expr, "name") => {
                let names = list.list.iter().map(|name| text(name).map(str::to_owned));
                if let Some(names) = names.collect() {
                    self.only(names);
                }
            }
            _ => {}
        }
    }

    fn compare(&mut self, column: &Expr, op: Operator, literal: &Expr) {
        if is_column(column, "timestamp")
            && let Some((millis, is_whole)) = millis(literal)
        {
            let next = millis.saturating_add(1);
            #[expect(
                clippy::wildcard_enum_match_arm,
                reason = "the other operators are of another crate"
            )]
            match op {
                Operator::Eq => {
                    self.at_least(millis);
                    self.below(next);
                }
                Operator::Gt | Operator::GtEq => self.at_least(millis),
                Operator::Lt if is_whole => self.below(millis),
                Operator::Lt | Operator::LtEq => self.below(next),
                _ => {}
            }
        }
        if op == Operator::Eq
            && is_column(column, "name")
            && let Some(name) = text(literal)
        {
            self.only(vec![name.to_owned()]);
        }
    }

    fn at_least(&mut self, millis: i64) {
        self.from = Some(self.from.map_or(millis, |from| from.max(millis)));
    }

    fn below(&mut self, millis: i64) {
        self.to = Some(self.to.map_or(millis, |to| to.min(millis)));
    }

    fn only(&mut self, names: Vec<String>) {
        self.names = Some(match self.names.take() {
            None => names,
            Some(known) => known
                .into_iter()
                .filter(|name| names.contains(name))
                .collect(),
        });
    }
}

fn is_column(expr: &Expr, name: &str) -> bool {
    matches!(expr, Expr::Column(column) if column.name == name)
}

fn text(expr: &Expr) -> Option<&str> {
    let Expr::Literal(literal, _) = expr else {
        return None;
    };
    literal.try_as_str().flatten()
}

/// The last millisecond that is not after the moment, and whether that is the moment itself.
fn millis(expr: &Expr) -> Option<(i64, bool)> {
    let Expr::Literal(literal, _) = expr else {
        return None;
    };
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the other types are no moments"
    )]
    Some(match literal {
        ScalarValue::TimestampSecond(Some(seconds), _) => (seconds.saturating_mul(1_000), true),
        ScalarValue::TimestampMillisecond(Some(millis), _) => (*millis, true),
        ScalarValue::TimestampMicrosecond(Some(micros), _) => {
            (micros.div_euclid(1_000), micros.rem_euclid(1_000) == 0)
        }
        ScalarValue::TimestampNanosecond(Some(nanos), _) => (
            nanos.div_euclid(1_000_000),
            nanos.rem_euclid(1_000_000) == 0,
        ),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use datafusion::prelude::{col, lit};

    use super::super::TABLES;
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_795_240_800_000);

    fn moment(millis: i64) -> Expr {
        Expr::Literal(
            ScalarValue::TimestampMillisecond(Some(millis), Some("UTC".into())),
            None,
        )
    }

    fn wanted(filter: Expr) -> Wanted {
        wanted_of("events", filter)
    }

    fn wanted_of(table: &str, filter: Expr) -> Wanted {
        let mut tables = TABLES.iter();
        let def = tables.find(|def| def.names.contains(&table)).unwrap();
        Wanted::of(def, &[filter], NOW, NOW.minus(DEFAULT_SPAN))
    }

    #[test]
    fn bounds_on_the_time_narrow_the_range() {
        let now = NOW.as_millis();
        let filter = col("timestamp")
            .gt_eq(moment(now - 10))
            .and(moment(now).gt(col("timestamp")));
        let Wanted { range, names } = wanted(filter);
        assert_eq!(
            (range.from.as_millis(), range.to.as_millis()),
            (now - 10, now)
        );
        assert_eq!(names, None);
        let Wanted { range, .. } =
            wanted(col("timestamp").between(moment(now - 3), moment(now - 1)));
        assert_eq!(
            (range.from.as_millis(), range.to.as_millis()),
            (now - 3, now)
        );
    }

    #[test]
    fn names_are_those_that_every_condition_admits() {
        let filter = col("name")
            .in_list(vec![lit("a"), lit("b")], false)
            .and(col("name").eq(lit("b")));
        assert_eq!(wanted(filter).names, Some(vec!["b".to_owned()]));
    }

    #[test]
    fn a_name_that_is_a_property_leaves_no_chunk_out() {
        for table in ["spans", "metricPoints"] {
            assert_eq!(wanted_of(table, col("name").eq(lit("a"))).names, None);
        }
    }

    #[test]
    fn a_bound_widens_what_profiles_are_made_of_and_never_narrows_it() {
        let (now, since) = (NOW.as_millis(), NOW.minus(DEFAULT_SPAN));
        let of = |filter| wanted_of("profiles", filter).range;
        let recent = of(col("timestamp").between(moment(now - 3), moment(now - 1)));
        assert_eq!((recent.from, recent.to), (since, NOW.plus(AHEAD)));
        let early = since.as_millis() - 5;
        assert_eq!(
            of(col("timestamp").gt_eq(moment(early))).from.as_millis(),
            early
        );
    }

    #[test]
    fn an_alternative_narrows_nothing() {
        let filter = col("timestamp").gt(moment(5)).or(col("name").eq(lit("a")));
        let Wanted { range, names } = wanted(filter);
        assert_eq!((range.from, names), (NOW.minus(DEFAULT_SPAN), None));
    }
}
