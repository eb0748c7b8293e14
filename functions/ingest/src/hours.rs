//! How far apart the events of one request may lie.

use std::collections::HashSet;

use event::Timestamp;

/// Most hours of event time of one request: each is a write of its own.
pub(crate) const MAX_HOURS: usize = 1_000;

/// The hours of event time of a request, so far.
#[derive(Debug, Default)]
pub(crate) struct Hours {
    seen: HashSet<i64>,
    last: Option<i64>,
}

impl Hours {
    /// Whether an event of that time may be in the request too.
    pub(crate) fn admit(&mut self, time: Timestamp) -> bool {
        let hour = time.hour();
        // Nearly all events lie in the hour of the one before.
        if self.last != Some(hour) {
            if self.seen.len() == MAX_HOURS && !self.seen.contains(&hour) {
                return false;
            }
            self.seen.insert(hour);
            self.last = Some(hour);
        }
        true
    }
}
