//! Moments as pages show and forms send them: in UTC, to the minute.

use event::Timestamp;

/// What is wrong with a field that should say a day and does not.
pub(crate) const NO_DAY: &str = "must be a day, such as 2026-11-21";

/// A moment, for people and for programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Moment {
    /// RFC 3339, for the `datetime` of a `time` element.
    pub(crate) at: String,
    /// `2026-11-21 06:00`.
    pub(crate) minute: String,
}

impl Moment {
    /// `2026-11-21`.
    pub(crate) fn day(&self) -> &str {
        self.minute.split(' ').next().unwrap_or_default()
    }
}

impl From<Timestamp> for Moment {
    fn from(moment: Timestamp) -> Self {
        let at = moment.to_string();
        // `2026-11-21T06:00` of RFC 3339.
        let minute = at.replace('T', " ").chars().take(16).collect();
        Self { at, minute }
    }
}

/// A moment as a template has it.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "in templates everything is borrowed"
)]
pub(crate) fn shown(moment: &Timestamp) -> Moment {
    Moment::from(*moment)
}

/// The value of a `datetime-local` field that stands for the moment in UTC.
pub(crate) fn to_field(moment: Timestamp) -> String {
    moment.to_string().chars().take(16).collect()
}

/// The moment that a `datetime-local` field stands for; none if it is no moment.
pub(crate) fn from_field(text: &str) -> Option<Timestamp> {
    let civil: jiff::civil::DateTime = text.parse().ok()?;
    let moment = jiff::tz::TimeZone::UTC.to_timestamp(civil).ok()?;
    Some(Timestamp::from_millis(moment.as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_comes_back_from_its_field_to_the_minute() {
        let moment = Timestamp::from_millis(1_795_229_788_987);
        let field = to_field(moment);
        assert_eq!(field, "2026-11-21T02:56");
        let back = from_field(&field).unwrap();
        assert_eq!(back.as_millis(), 1_795_229_760_000);
        assert_eq!(Moment::from(back).minute, "2026-11-21 02:56");
        for other in ["", "tomorrow", "2026-13-01T00:00", "2026-11-21T25:00"] {
            assert_eq!(from_field(other), None, "{other}");
        }
    }
}
