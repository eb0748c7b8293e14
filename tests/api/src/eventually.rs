//! Waiting for what happens in its own time.

use std::fmt::Debug;
use std::future::Future;
use std::time::Duration;

/// How long an accepted event may take until it is in the timeline, and anything else to happen.
const DEADLINE: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(20);

/// Looks again and again until `wanted` holds, and gives what it saw then.
///
/// Panics with what it saw last when that takes longer than five seconds.
pub async fn eventually<T, F>(mut look: impl FnMut() -> F, wanted: impl Fn(&T) -> bool) -> T
where
    T: Debug,
    F: Future<Output = T>,
{
    let mut last = None;
    let wait = async {
        loop {
            let seen = look().await;
            if wanted(&seen) {
                return seen;
            }
            last = Some(seen);
            tokio::time::sleep(PAUSE).await;
        }
    };
    let seen = tokio::time::timeout(DEADLINE, wait).await;
    seen.unwrap_or_else(|_| panic!("not within {DEADLINE:?}; seen last: {last:#?}"))
}
