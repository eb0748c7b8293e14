//! Something that is due once per interval, and is done by whoever comes by first.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use event::Timestamp;

/// Nobody has come by yet.
const NEVER: i64 = i64::MIN;

/// An interval that begins when it is first asked for.
#[derive(Debug)]
pub struct Interval {
    length: Duration,
    /// When it ends, in milliseconds since the epoch, or [`NEVER`].
    due: AtomicI64,
}

impl Interval {
    /// An interval of that length that has not begun.
    pub const fn new(length: Duration) -> Self {
        Self {
            length,
            due: AtomicI64::new(NEVER),
        }
    }

    /// Whether it is over and the caller is the one to act; the next one begins then. The first call
    /// only begins it.
    pub fn claim(&self, now: Timestamp) -> bool {
        let due = self.due.load(Ordering::Relaxed);
        if due != NEVER && now.as_millis() < due {
            return false;
        }
        let next = now.plus(self.length).as_millis();
        let claimed = self
            .due
            .compare_exchange(due, next, Ordering::Relaxed, Ordering::Relaxed)
            .is_ok();
        claimed && due != NEVER
    }
}
