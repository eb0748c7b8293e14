//! Trino's functions on moments. `DataFusion` has some of them with other results.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int64Array, TimestampMillisecondArray};
use arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::cast::{as_float64_array, as_int64_array, as_timestamp_millisecond_array};
use datafusion::common::{exec_err, plan_err};
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use jiff::civil::DateTime;
use jiff::{Span, Timestamp, ToSpan, Unit};

use super::convert::{Target, converted};
use crate::value::DYNAMIC;

/// `from_unixtime`, `to_unixtime`, `date_diff`, `date_add`.
pub(super) fn functions() -> Vec<Arc<ScalarUDF>> {
    [Kind::FromUnix, Kind::ToUnix, Kind::Diff, Kind::Add]
        .into_iter()
        .map(|kind| {
            let signature = Signature::user_defined(Volatility::Immutable);
            Arc::new(ScalarUDF::new_from_impl(Dates { kind, signature }))
        })
        .collect()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    /// A moment from seconds since 1970.
    FromUnix,
    /// Seconds since 1970.
    ToUnix,
    /// How many whole units lie between two moments.
    Diff,
    /// A moment and so many units.
    Add,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Dates {
    kind: Kind,
    signature: Signature,
}

fn moment() -> DataType {
    DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()))
}

impl ScalarUDFImpl for Dates {
    fn name(&self) -> &'static str {
        match self.kind {
            Kind::FromUnix => "from_unixtime",
            Kind::ToUnix => "to_unixtime",
            Kind::Diff => "date_diff",
            Kind::Add => "date_add",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        let wanted = match self.kind {
            Kind::FromUnix => vec![DataType::Float64],
            Kind::ToUnix => vec![moment()],
            Kind::Diff => vec![DataType::Utf8View, moment(), moment()],
            Kind::Add => vec![DataType::Utf8View, DataType::Int64, moment()],
        };
        if types.len() != wanted.len() {
            return plan_err!("{}", self.usage());
        }
        let stays = |(given, wanted): (&DataType, DataType)| {
            if *given == DYNAMIC { DYNAMIC } else { wanted }
        };
        Ok(types.iter().zip(wanted).map(stays).collect())
    }

    fn return_type(&self, _types: &[DataType]) -> Result<DataType> {
        Ok(match self.kind {
            Kind::FromUnix | Kind::Add => moment(),
            Kind::ToUnix => DataType::Float64,
            Kind::Diff => DataType::Int64,
        })
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let rows = args.number_rows;
        let array = |value: ColumnarValue, target: Target, wanted: &DataType| {
            converted(value, target, wanted)?.into_array(rows)
        };
        let mut given = args.args.into_iter();
        let output: ArrayRef = match (self.kind, given.next(), given.next(), given.next()) {
            (Kind::FromUnix, Some(seconds), None, None) => {
                let seconds = array(seconds, Target::Number, &DataType::Float64)?;
                Arc::new(from_unix(as_float64_array(&seconds)?))
            }
            (Kind::ToUnix, Some(moments), None, None) => {
                let moments = array(moments, Target::Text, &moment())?;
                Arc::new(to_unix(as_timestamp_millisecond_array(&moments)?))
            }
            (Kind::Diff, Some(unit), Some(from), Some(to)) => {
                let unit = unit_of(&unit)?;
                let [from, to] = [from, to].map(|moments| array(moments, Target::Text, &moment()));
                let (from, to) = (from?, to?);
                let pairs = as_timestamp_millisecond_array(&from)?
                    .iter()
                    .zip(as_timestamp_millisecond_array(&to)?);
                let between = pairs.map(|(from, to)| {
                    from.zip(to)
                        .map(|(from, to)| diff(unit, from, to))
                        .transpose()
                });
                Arc::new(between.collect::<Result<Int64Array>>()?)
            }
            (Kind::Add, Some(unit), Some(count), Some(moments)) => {
                let unit = unit_of(&unit)?;
                let count = array(count, Target::Number, &DataType::Int64)?;
                let moments = array(moments, Target::Text, &moment())?;
                let pairs = as_int64_array(&count)?
                    .iter()
                    .zip(as_timestamp_millisecond_array(&moments)?);
                let sums = pairs.map(|(count, at)| {
                    count
                        .zip(at)
                        .map(|(count, at)| add(unit, count, at))
                        .transpose()
                });
                Arc::new(
                    sums.collect::<Result<TimestampMillisecondArray>>()?
                        .with_timezone("UTC"),
                )
            }
            (Kind::FromUnix | Kind::ToUnix | Kind::Diff | Kind::Add, ..) => {
                return exec_err!("{}", self.usage());
            }
        };
        Ok(ColumnarValue::Array(output))
    }
}

impl Dates {
    const fn usage(&self) -> &'static str {
        match self.kind {
            Kind::FromUnix => "from_unixtime takes seconds since 1970",
            Kind::ToUnix => "to_unixtime takes a timestamp",
            Kind::Diff => "date_diff takes a unit and two timestamps, as in date_diff('day', a, b)",
            Kind::Add => {
                "date_add takes a unit, a count and a timestamp, as in date_add('day', 7, a)"
            }
        }
    }
}

fn from_unix(seconds: &Float64Array) -> TimestampMillisecondArray {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a cast of a float saturates"
    )]
    let millis = seconds
        .iter()
        .map(|seconds| seconds.map(|it| (it * 1e3).round() as i64));
    millis
        .collect::<TimestampMillisecondArray>()
        .with_timezone("UTC")
}

fn to_unix(moments: &TimestampMillisecondArray) -> Float64Array {
    #[expect(
        clippy::cast_precision_loss,
        reason = "milliseconds of 285,000 years are exact"
    )]
    let seconds = moments
        .iter()
        .map(|moment| moment.map(|it| it as f64 / 1e3));
    seconds.collect()
}

fn unit_of(unit: &ColumnarValue) -> Result<Unit> {
    let ColumnarValue::Scalar(unit) = unit else {
        return exec_err!("the unit must be the same for every row");
    };
    let unit = unit
        .try_as_str()
        .flatten()
        .unwrap_or_default()
        .to_ascii_lowercase();
    Ok(match unit.as_str() {
        "millisecond" => Unit::Millisecond,
        "second" => Unit::Second,
        "minute" => Unit::Minute,
        "hour" => Unit::Hour,
        "day" => Unit::Day,
        "week" => Unit::Week,
        "month" => Unit::Month,
        "year" => Unit::Year,
        _ => {
            return exec_err!(
                "the unit must be one of millisecond, second, minute, hour, day, week, month, year"
            );
        }
    })
}

fn civil(millis: i64) -> Result<DateTime> {
    let moment = Timestamp::from_millisecond(millis).map_err(|_| out_of_range())?;
    Ok(jiff::tz::Offset::UTC.to_datetime(moment))
}

fn diff(unit: Unit, from: i64, to: i64) -> Result<i64> {
    let fixed = match unit {
        Unit::Millisecond => 1,
        Unit::Second => 1_000,
        Unit::Minute => 60_000,
        Unit::Hour => 3_600_000,
        Unit::Day => 86_400_000,
        Unit::Week => 7 * 86_400_000,
        Unit::Month | Unit::Year | Unit::Microsecond | Unit::Nanosecond => {
            let span = civil(from)?
                .until((unit, civil(to)?))
                .map_err(|_| out_of_range())?;
            return Ok(if unit == Unit::Year {
                span.get_years().into()
            } else {
                span.get_months().into()
            });
        }
    };
    Ok(to.saturating_sub(from) / fixed)
}

fn add(unit: Unit, count: i64, at: i64) -> Result<i64> {
    let span: std::result::Result<Span, jiff::Error> = match unit {
        Unit::Year => Span::new().try_years(count),
        Unit::Month => Span::new().try_months(count),
        Unit::Week => Span::new().try_weeks(count),
        Unit::Day => Span::new().try_days(count),
        Unit::Hour => Span::new().try_hours(count),
        Unit::Minute => Span::new().try_minutes(count),
        Unit::Second => Span::new().try_seconds(count),
        Unit::Millisecond => Span::new().try_milliseconds(count),
        Unit::Microsecond | Unit::Nanosecond => Ok(0.seconds()),
    };
    let span = span.map_err(|_| out_of_range())?;
    let sum = civil(at)?.checked_add(span).map_err(|_| out_of_range())?;
    let moment = jiff::tz::Offset::UTC
        .to_timestamp(sum)
        .map_err(|_| out_of_range())?;
    Ok(moment.as_millisecond())
}

fn out_of_range() -> DataFusionError {
    DataFusionError::Execution("a timestamp lies outside the years that there are".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn millis(text: &str) -> i64 {
        text.parse::<Timestamp>().unwrap().as_millisecond()
    }

    #[test]
    fn whole_units_lie_between_two_moments() {
        let [from, to] = ["2026-01-31T00:00:00Z", "2026-03-01T12:00:00Z"].map(millis);
        let between = |unit| diff(unit, from, to).unwrap();
        assert_eq!(between(Unit::Month), 1);
        assert_eq!(between(Unit::Day), 29);
        assert_eq!(between(Unit::Hour), 29 * 24 + 12);
        assert_eq!(diff(Unit::Day, to, from).unwrap(), -29);
    }

    #[test]
    fn a_month_after_the_end_of_january_is_the_end_of_february() {
        let moment = add(Unit::Month, 1, millis("2026-01-31T06:00:00Z")).unwrap();
        assert_eq!(moment, millis("2026-02-28T06:00:00Z"));
        assert!(add(Unit::Year, i64::MAX, 0).is_err());
    }
}
