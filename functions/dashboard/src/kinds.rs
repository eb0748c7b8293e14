//! The kinds of keys, in the words of the pages.

use policy::{KeyKind, KeyState};
use store::KeyEntry;

use event::Timestamp;

/// What a kind is for, in one line.
pub(crate) const fn purpose(kind: KeyKind) -> &'static str {
    match kind {
        KeyKind::WriteOnly => "events, from browsers and apps",
        KeyKind::ReadWrite => "and profiles, from servers",
        KeyKind::Sensor => "telemetry of hosts and clusters",
        KeyKind::Rum => "the snippet in your web pages",
        KeyKind::ThirdParty => "OpenTelemetry, Firehose, Fluent Bit",
        KeyKind::Metrics => "metric queries",
        KeyKind::ServiceAccount => "the admin API",
    }
}

/// Whether a key is in use, and how a page shows that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Status {
    pub(crate) text: &'static str,
    /// The class of its badge.
    pub(crate) class: &'static str,
}

impl Status {
    pub(crate) fn of(entry: &KeyEntry, now: Timestamp) -> Self {
        let has_expired = entry.expires_at.is_some_and(|at| at <= now);
        let (text, class) = match entry.state {
            KeyState::Enabled if has_expired => ("Expired", "bad"),
            KeyState::Enabled => ("Enabled", "good"),
            KeyState::Disabled => ("Disabled", "bad"),
            KeyState::Revoked => ("Revoked", "bad"),
        };
        Self { text, class }
    }
}
