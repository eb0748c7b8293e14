//! Dialogs on the page of a key.

use std::time::Duration;

/// What is asked before something is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ask {
    Rotate,
    Revoke,
}

/// For how long the secret before a rotation may work on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Overlap {
    pub(crate) seconds: u64,
    pub(crate) label: &'static str,
}

const DAY: u64 = 24 * 3_600;

impl Ask {
    pub(crate) fn is_rotation(self) -> bool {
        self == Self::Rotate
    }
}

impl Overlap {
    /// Those to choose from, the advised one first.
    pub(crate) const ALL: [Self; 5] = [
        Self {
            seconds: DAY,
            label: "a day",
        },
        Self {
            seconds: 3_600,
            label: "an hour",
        },
        Self {
            seconds: 7 * DAY,
            label: "7 days",
        },
        Self {
            seconds: 30 * DAY,
            label: "30 days",
        },
        Self {
            seconds: 0,
            label: "not at all",
        },
    ];

    /// The one of so many seconds.
    pub(super) fn asked(seconds: &str) -> Option<Duration> {
        let known = Self::ALL
            .iter()
            .find(|it| it.seconds.to_string() == seconds);
        known.map(|it| Duration::from_secs(it.seconds))
    }
}
