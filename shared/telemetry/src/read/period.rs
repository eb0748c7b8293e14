//! The stretch of time a graph shows, and how finely.

use std::time::Duration;

use event::Timestamp;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// Up to which length of a range, in seconds, which period is chosen. CloudWatch keeps minutes for 15
/// days, five minutes for 63 and hours for 455.
const PERIODS: [(u64, u64); 6] = [
    (3 * HOUR, MINUTE),
    (DAY, 5 * MINUTE),
    (3 * DAY, 15 * MINUTE),
    (15 * DAY, HOUR),
    (63 * DAY, 6 * HOUR),
    (455 * DAY, DAY),
];

/// A stretch of time, widened to whole periods: some 450 points at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    from: Timestamp,
    to: Timestamp,
    period: Duration,
}

/// Why a stretch of time is no range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RangeError {
    /// It ends before it begins.
    #[error("must end after its start")]
    Empty,
    /// CloudWatch does not keep metrics for so long.
    #[error("must be at most 455 days long")]
    TooLong,
}

impl Range {
    /// From one moment to another, with the finest period that gives a readable graph.
    pub fn new(from: Timestamp, to: Timestamp) -> Result<Self, RangeError> {
        let length = to.since(from);
        if length.is_zero() {
            return Err(RangeError::Empty);
        }
        let seconds = length.as_secs() + u64::from(length.subsec_nanos() > 0);
        let (_, period) = PERIODS
            .into_iter()
            .find(|&(max, _)| seconds <= max)
            .ok_or(RangeError::TooLong)?;
        let period = Duration::from_secs(period);
        let millis = i64::try_from(period.as_millis()).unwrap_or(i64::MAX);
        let start_of = |moment: i64| Timestamp::from_millis(moment.div_euclid(millis) * millis);
        Ok(Self {
            from: start_of(from.as_millis()),
            to: start_of(to.as_millis().saturating_add(millis - 1)),
            period,
        })
    }

    /// The start of the first period.
    pub const fn from(self) -> Timestamp {
        self.from
    }

    /// The end of the last period.
    pub const fn to(self) -> Timestamp {
        self.to
    }

    /// How long one point of a series covers; from one minute to one day.
    pub const fn period(self) -> Duration {
        self.period
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn range(from: i64, to: i64) -> Result<Range, RangeError> {
        Range::new(Timestamp::from_millis(from), Timestamp::from_millis(to))
    }

    #[test]
    fn an_hour_is_shown_in_minutes_and_a_week_in_hours() {
        assert_eq!(
            range(0, 3_600_000).unwrap().period(),
            Duration::from_mins(1)
        );
        assert_eq!(
            range(0, 7 * 86_400_000).unwrap().period(),
            Duration::from_hours(1)
        );
    }

    #[test]
    fn what_is_no_range_is_refused() {
        assert_eq!(range(5, 5), Err(RangeError::Empty));
        assert_eq!(range(5, 4), Err(RangeError::Empty));
        assert_eq!(range(0, 455 * 86_400_000 + 1), Err(RangeError::TooLong));
    }

    proptest! {
        #[test]
        fn a_range_covers_what_was_asked_for_in_few_whole_periods(
            from in 0..2_000_000_000_000_i64,
            length in 1..=455 * 86_400_000_i64,
        ) {
            let range = range(from, from + length).unwrap();
            let period = range.period().as_millis();
            let covered = range.to().since(range.from()).as_millis();
            prop_assert!(range.from().as_millis() <= from);
            prop_assert!(range.to().as_millis() >= from + length);
            prop_assert_eq!(covered % period, 0);
            prop_assert!(covered / period <= 457);
        }
    }
}
