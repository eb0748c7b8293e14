//! A time span: a number and its unit.

use super::path::Segment;

/// What the number counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Unit {
    Seconds,
    Minutes,
    Hours,
    #[default]
    Days,
}

impl Unit {
    pub(crate) const ALL: [Self; 4] = [Self::Seconds, Self::Minutes, Self::Hours, Self::Days];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Seconds => "seconds",
            Self::Minutes => "minutes",
            Self::Hours => "hours",
            Self::Days => "days",
        }
    }

    const fn seconds(self) -> u64 {
        match self {
            Self::Seconds => 1,
            Self::Minutes => 60,
            Self::Hours => 3_600,
            Self::Days => 86_400,
        }
    }

    fn named(name: &str) -> Self {
        let mut all = Self::ALL.into_iter();
        all.find(|unit| unit.as_str() == name).unwrap_or_default()
    }
}

/// A time span as somebody has typed it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct HowLong {
    pub(crate) number: String,
    pub(crate) unit: Unit,
}

impl HowLong {
    /// In the largest unit that divides it.
    pub(super) fn of(seconds: u64) -> Self {
        let mut units = Unit::ALL.into_iter().rev();
        let fits = |unit: &Unit| seconds > 0 && seconds.is_multiple_of(unit.seconds());
        let unit = units.find(fits).unwrap_or(Unit::Seconds);
        Self {
            number: (seconds / unit.seconds()).to_string(),
            unit,
        }
    }

    /// In seconds; none where it is no whole number, or a number that nobody waits for.
    pub(super) fn seconds(&self) -> Option<u64> {
        let number: u64 = self.number.trim().parse().ok()?;
        number.checked_mul(self.unit.seconds())
    }

    /// Takes a field of a form in.
    pub(super) fn set(&mut self, field: &[Segment<'_>], value: String) {
        match field {
            [("number", None)] => self.number = value,
            [("unit", None)] => self.unit = Unit::named(&value),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_shown_in_the_largest_unit_that_divides_it() {
        for (seconds, number, unit) in [
            (86_400 * 30, "30", Unit::Days),
            (90_000, "25", Unit::Hours),
            (5_400, "90", Unit::Minutes),
            (61, "61", Unit::Seconds),
            (0, "0", Unit::Seconds),
        ] {
            let shown = HowLong::of(seconds);
            assert_eq!((shown.number.as_str(), shown.unit), (number, unit));
            assert_eq!(shown.seconds(), Some(seconds));
        }
    }

    #[test]
    fn what_is_no_whole_number_is_none() {
        for number in [
            "",
            "x",
            "1.5",
            "-1",
            "99999999999999999999",
            "999999999999999999",
        ] {
            let number = number.to_owned();
            let span = HowLong {
                number,
                unit: Unit::Days,
            };
            assert_eq!(span.seconds(), None, "{span:?}");
        }
    }
}
