//! Which times an event may have.

use std::time::Duration;

use event::Timestamp;

/// How far back an event's time may lie: ten years.
const MAX_AGE: Duration = Duration::from_hours((10 * 365 + 3) * 24);
/// How far ahead an event's time may lie: a day, for clocks that are wrong.
const MAX_AHEAD: Duration = Duration::from_hours(24);

/// Whether an event that arrives now may have happened then.
pub(super) fn is_possible(timestamp: Timestamp, received_at: Timestamp) -> bool {
    let earliest = received_at.minus(MAX_AGE);
    let latest = received_at.plus(MAX_AHEAD);
    (earliest..=latest).contains(&timestamp)
}

/// The moment so many nanoseconds after the epoch; `None` for zero, which says that there is none.
pub(super) fn from_nanos(nanos: u64) -> Option<Timestamp> {
    let millis = i64::try_from(nanos / 1_000_000).unwrap_or(i64::MAX);
    (nanos != 0).then_some(Timestamp::from_millis(millis))
}
