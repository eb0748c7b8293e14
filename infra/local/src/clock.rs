//! The one place that asks the operating system for the time.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Time since the Unix epoch.
#[expect(
    clippy::disallowed_methods,
    reason = "AWS services stamp what they store with their own clock"
)]
fn since_epoch() -> Duration {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
}

/// Whole seconds since the epoch.
pub(crate) fn now_secs() -> i64 {
    i64::try_from(since_epoch().as_secs()).unwrap_or(i64::MAX)
}

/// Seconds since the epoch, to the millisecond, as AWS answers with.
pub(crate) fn now_secs_f64() -> f64 {
    (since_epoch().as_secs_f64() * 1_000.0).round() / 1_000.0
}
