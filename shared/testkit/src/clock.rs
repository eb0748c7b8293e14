//! A clock that stands still until it is set.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use event::{Clock, Timestamp};

/// 2026-11-21T06:00:00Z, where every test begins.
const START: i64 = 1_795_240_800_000;

/// Time as a test wants it.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl Default for ManualClock {
    fn default() -> Self {
        Self(AtomicI64::new(START))
    }
}

impl ManualClock {
    /// Moves the clock on.
    pub fn advance(&self, by: Duration) {
        self.set(self.now().plus(by));
    }

    /// Sets the clock.
    pub fn set(&self, now: Timestamp) {
        self.0.store(now.as_millis(), Ordering::Relaxed);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::Relaxed))
    }
}
