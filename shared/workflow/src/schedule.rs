//! When a workflow starts by itself: every so often, or by the five fields of cron, in UTC.

use std::time::Duration;

use event::Timestamp;
use jiff::civil::{DateTime, Weekday};
use jiff::{Span, tz::TimeZone};
use serde::{Deserialize, Serialize};

const MINUTE: Duration = Duration::from_mins(1);
/// The longest interval.
const LONGEST: Duration = Duration::from_hours(24 * 366);
/// A date that comes, comes within this many days: 29 February on one day of the week.
const HORIZON_DAYS: u32 = 40 * 366;

/// When runs start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Schedule {
    /// So long after one another, counted from 1970: a minute at least.
    Every(Duration),
    /// At the moments that the five fields name.
    Cron(Box<Cron>),
}

/// A schedule as a definition has it: one of the two.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Draft {
    pub(crate) every_seconds: Option<u64>,
    pub(crate) cron: Option<String>,
}

/// The moments that the fields minute, hour, day of month, month and day of week name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cron {
    minutes: u64,
    hours: u64,
    days: u64,
    months: u64,
    weekdays: u64,
    /// Where day of month and day of week both say something, either will do.
    either_day: bool,
}

impl Schedule {
    pub(crate) fn new(draft: &Draft) -> Result<Self, (&'static str, String)> {
        match (draft.every_seconds, &draft.cron) {
            (Some(seconds), None) => {
                let every = Duration::from_secs(seconds);
                if !(MINUTE..=LONGEST).contains(&every) || seconds % 60 != 0 {
                    let message = "must be whole minutes, from 60 to 31622400 seconds";
                    return Err(("everySeconds", message.to_owned()));
                }
                Ok(Self::Every(every))
            }
            (None, Some(text)) => Cron::parse(text)
                .map(|cron| Self::Cron(Box::new(cron)))
                .map_err(|message| ("cron", message)),
            (Some(_), Some(_)) | (None, None) => {
                Err(("", "must have either everySeconds or cron".to_owned()))
            }
        }
    }

    /// The first moment after `now` at which a run starts.
    pub fn next(&self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Every(every) => {
                let every = i64::try_from(every.as_millis()).ok()?;
                let passed = now.as_millis().div_euclid(every);
                Some(Timestamp::from_millis(
                    passed.checked_add(1)?.checked_mul(every)?,
                ))
            }
            Self::Cron(cron) => cron.next(now),
        }
    }
}

impl Cron {
    fn parse(text: &str) -> Result<Self, String> {
        let fields: Vec<_> = text.split_ascii_whitespace().collect();
        let &[minute, hour, day, month, weekday] = fields.as_slice() else {
            return Err(
                "must have five fields: minute, hour, day of month, month, day of week".into(),
            );
        };
        let cron = Self {
            minutes: field(minute, "minute", 0, 59)?,
            hours: field(hour, "hour", 0, 23)?,
            days: field(day, "day of month", 1, 31)?,
            months: field(month, "month", 1, 12)?,
            // Sunday is 0 and 7.
            weekdays: sundays(field(weekday, "day of week", 0, 7)?),
            either_day: !day.starts_with('*') && !weekday.starts_with('*'),
        };
        let epoch = Timestamp::from_millis(0);
        cron.next(epoch)
            .map(|_| cron.clone())
            .ok_or_else(|| "names a date that never comes".to_owned())
    }

    fn next(&self, now: Timestamp) -> Option<Timestamp> {
        let now = jiff::Timestamp::from_millisecond(now.as_millis()).ok()?;
        let start = TimeZone::UTC.to_datetime(now);
        let mut at = start
            .date()
            .at(start.hour(), start.minute(), 0, 0)
            .checked_add(Span::new().minutes(1))
            .ok()?;
        for _ in 0..HORIZON_DAYS {
            if self.has_day(at)
                && let Some((hour, minute)) = self.time_from(at)
            {
                let found = at
                    .date()
                    .at(hour, minute, 0, 0)
                    .to_zoned(TimeZone::UTC)
                    .ok()?;
                return Some(Timestamp::from_millis(found.timestamp().as_millisecond()));
            }
            at = at.date().tomorrow().ok()?.at(0, 0, 0, 0);
        }
        None
    }

    fn has_day(&self, at: DateTime) -> bool {
        let day = has(self.days, at.day());
        let weekday = has(self.weekdays, weekday(at.weekday()));
        let is_day = if self.either_day {
            day || weekday
        } else {
            day && weekday
        };
        has(self.months, at.month()) && is_day
    }

    /// The first time of the day at or after `at`.
    fn time_from(&self, at: DateTime) -> Option<(i8, i8)> {
        (at.hour()..24)
            .filter(|hour| has(self.hours, *hour))
            .find_map(|hour| {
                let from = if hour == at.hour() { at.minute() } else { 0 };
                let minute = (from..60).find(|minute| has(self.minutes, *minute))?;
                Some((hour, minute))
            })
    }
}

fn weekday(day: Weekday) -> i8 {
    day.to_sunday_zero_offset()
}

fn has(set: u64, number: i8) -> bool {
    u32::try_from(number)
        .is_ok_and(|number| set.checked_shr(number).is_some_and(|set| set & 1 == 1))
}

const fn sundays(set: u64) -> u64 {
    (set | set >> 7) & 0b111_1111
}

/// The numbers that a field names: `*`, numbers, ranges, steps, and lists of these.
fn field(text: &str, name: &str, least: u32, most: u32) -> Result<u64, String> {
    let wrong = || {
        format!("the {name} must be *, or numbers from {least} to {most}, ranges and steps of them")
    };
    let number = |text: &str| {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        let number = text.parse::<u32>().ok().filter(|_| digits);
        number
            .filter(|number| (least..=most).contains(number))
            .ok_or_else(wrong)
    };
    let mut set = 0;
    for part in text.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => {
                let step = step
                    .parse::<u32>()
                    .ok()
                    .filter(|step| (1..=most).contains(step));
                (range, Some(step.ok_or_else(wrong)?))
            }
            None => (part, None),
        };
        let (from, to) = match (range, range.split_once('-')) {
            ("*", _) => (least, most),
            (_, Some((from, to))) => (number(from)?, number(to)?),
            (_, None) => {
                let from = number(range)?;
                (from, if step.is_some() { most } else { from })
            }
        };
        if from > to {
            return Err(wrong());
        }
        for number in (from..=to).step_by(usize::try_from(step.unwrap_or(1)).unwrap_or(1)) {
            set |= 1 << number;
        }
    }
    Ok(set)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cron(text: &str) -> Result<Schedule, (&'static str, String)> {
        Schedule::new(&Draft {
            cron: Some(text.to_owned()),
            ..Draft::default()
        })
    }

    fn after(text: &str, now: &str) -> String {
        let now: jiff::Timestamp = now.parse().unwrap();
        let now = Timestamp::from_millis(now.as_millisecond());
        cron(text).unwrap().next(now).unwrap().to_string()
    }

    #[test]
    fn the_five_fields_name_moments() {
        let now = "2026-11-21T15:29:20Z"; // a Saturday
        for (text, expected) in [
            ("* * * * *", "2026-11-21T15:30:00.000Z"),
            ("*/15 * * * *", "2026-11-21T15:30:00.000Z"),
            ("29 15 * * *", "2026-11-22T15:29:00.000Z"),
            ("0 9 * * 1-5", "2026-11-23T09:00:00.000Z"),
            ("0 9 * * 7", "2026-11-22T09:00:00.000Z"),
            ("30 6 1 * *", "2026-12-01T06:30:00.000Z"),
            ("0 0 29 2 *", "2028-02-29T00:00:00.000Z"),
            ("0 0 1 * 1", "2026-11-23T00:00:00.000Z"),
            ("5,10 0-3/2 * * *", "2026-11-22T00:05:00.000Z"),
        ] {
            assert_eq!(after(text, now), expected, "{text}");
        }
    }

    #[test]
    fn what_names_no_moment_is_refused() {
        for text in [
            "",
            "* * * *",
            "60 * * * *",
            "* * 0 * *",
            "5-1 * * * *",
            "*/0 * * * *",
            "+1 * * * *",
            "0 0 31 2 *",
            "a * * * *",
        ] {
            assert!(cron(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_interval_is_counted_from_the_epoch() {
        let every = |seconds| {
            Schedule::new(&Draft {
                every_seconds: Some(seconds),
                ..Draft::default()
            })
        };
        let schedule = every(3_600).unwrap();
        let at = schedule.next(Timestamp::from_millis(3_600_000)).unwrap();
        assert_eq!(at.as_millis(), 7_200_000);
        assert!(every(59).is_err() && every(61).is_err() && every(32_000_000).is_err());
    }
}
