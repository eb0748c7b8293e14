//! How far back a graph goes.

use std::time::Duration;

use edge::Problem;

/// One of the spans to choose from, up to now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Span {
    Hour,
    Day,
    Week,
    Month,
}

impl Span {
    pub(crate) const ALL: [Self; 4] = [Self::Hour, Self::Day, Self::Week, Self::Month];

    /// As addresses name it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "1h",
            Self::Day => "24h",
            Self::Week => "7d",
            Self::Month => "30d",
        }
    }

    /// What a button says.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Hour => "1 h",
            Self::Day => "24 h",
            Self::Week => "7 d",
            Self::Month => "30 d",
        }
    }

    pub(super) const fn length(self) -> Duration {
        match self {
            Self::Hour => Duration::from_hours(1),
            Self::Day => Duration::from_hours(24),
            Self::Week => Duration::from_hours(7 * 24),
            Self::Month => Duration::from_hours(30 * 24),
        }
    }

    /// How long values are kept: a moment where each minute shows, longer where nobody could see a
    /// difference.
    pub(super) const fn lifetime(self) -> Duration {
        match self {
            Self::Hour => Duration::from_secs(3),
            Self::Day | Self::Week | Self::Month => Duration::from_secs(30),
        }
    }

    /// After how many seconds a page asks again.
    pub(crate) const fn refresh_secs(self) -> u32 {
        match self {
            Self::Hour => 10,
            Self::Day | Self::Week | Self::Month => 60,
        }
    }

    /// The span of that name; the last hour where none is named.
    pub(crate) fn asked(name: Option<&str>) -> Result<Self, Problem> {
        let Some(name) = name else {
            return Ok(Self::Hour);
        };
        let span = Self::ALL.into_iter().find(|span| span.as_str() == name);
        span.ok_or(Problem::InvalidParameter {
            name: "range",
            message: "must be 1h, 24h, 7d or 30d".into(),
        })
    }
}
