//! Time as the domain sees it: milliseconds since the Unix epoch, UTC.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

const MILLIS_PER_MINUTE: i64 = 60_000;
const MILLIS_PER_HOUR: i64 = 60 * MILLIS_PER_MINUTE;
const MILLIS_PER_DAY: i64 = 24 * MILLIS_PER_HOUR;

/// A moment, in whole milliseconds since 1970-01-01T00:00:00Z.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The moment so many milliseconds after the epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the epoch.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch, rounded down: what a DynamoDB TTL attribute holds.
    pub const fn as_secs(self) -> i64 {
        self.0.div_euclid(1_000)
    }

    /// The UTC day this moment lies in.
    pub const fn day(self) -> Day {
        Day(self.0.div_euclid(MILLIS_PER_DAY))
    }

    /// Hours since the epoch, rounded down: equal for two moments of one UTC hour.
    pub const fn hour(self) -> i64 {
        self.0.div_euclid(MILLIS_PER_HOUR)
    }

    /// The first moment of this UTC hour.
    #[must_use]
    pub const fn start_of_hour(self) -> Self {
        Self(self.hour().saturating_mul(MILLIS_PER_HOUR))
    }

    /// The first moment of this minute.
    #[must_use]
    pub const fn start_of_minute(self) -> Self {
        Self(
            self.0
                .div_euclid(MILLIS_PER_MINUTE)
                .saturating_mul(MILLIS_PER_MINUTE),
        )
    }

    /// The UTC hour of the day, 0 to 23.
    pub const fn hour_of_day(self) -> i64 {
        self.hour().rem_euclid(24)
    }

    /// This moment and `duration`; saturates.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(millis(duration)))
    }

    /// This moment less `duration`; saturates.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(millis(duration)))
    }

    /// How long ago `earlier` was; zero if it lies ahead.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// RFC 3339 in UTC with milliseconds; the plain number where the year has no four digits.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(timestamp) => write!(f, "{timestamp:.3}"),
            Err(_) => write!(f, "{}ms", self.0),
        }
    }
}

/// A UTC day, as days since 1970-01-01. Displays as `2026-11-21`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i64);

impl Day {
    /// The day of a date such as `2026-11-21`; nothing where it is none, or before 1970.
    pub fn parse(date: &str) -> Option<Self> {
        let date: jiff::civil::Date = date.parse().ok()?;
        let midnight = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp();
        let day = Timestamp(midnight.as_millisecond()).day();
        (day.0 >= 0).then_some(day)
    }

    /// The first moment of the day.
    pub const fn start(self) -> Timestamp {
        Timestamp(self.0.saturating_mul(MILLIS_PER_DAY))
    }

    /// The day after.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.start().0) {
            Ok(timestamp) => write!(f, "{}", timestamp.strftime("%Y-%m-%d")),
            Err(_) => write!(f, "{}d", self.0),
        }
    }
}

/// Where "now" comes from: the operating system in a function, a hand-set value in a test.
pub trait Clock: fmt::Debug + Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_before_the_epoch_lies_in_the_day_and_hour_before() {
        let moment = Timestamp::from_millis(-1);
        assert_eq!(moment.day().to_string(), "1969-12-31");
        assert_eq!((moment.hour(), moment.hour_of_day()), (-1, 23));
        assert_eq!(moment.start_of_hour().as_millis(), -MILLIS_PER_HOUR);
        assert_eq!(moment.start_of_minute().as_millis(), -MILLIS_PER_MINUTE);
    }

    #[test]
    fn a_day_starts_at_midnight_and_prints_as_a_date() {
        let day = Timestamp::from_millis(1_795_229_788_987).day();
        assert_eq!(day.to_string(), "2026-11-21");
        assert_eq!(day.start().to_string(), "2026-11-21T00:00:00.000Z");
        assert_eq!(day.next().to_string(), "2026-11-22");
    }

    #[test]
    fn a_date_is_read_as_its_day() {
        for date in ["1970-01-01", "2026-11-21", "2028-02-29"] {
            assert_eq!(Day::parse(date).unwrap().to_string(), date);
        }
        for other in ["", "1969-12-31", "2026-02-29", "21.11.2026", "today"] {
            assert_eq!(Day::parse(other), None, "{other}");
        }
    }
}
