//! Waiting for what happens in its own time.

use std::fmt::Debug;
use std::future::Future;
use std::time::Duration;

/// Longer than anything takes to happen on a busy machine.
const DEADLINE: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(20);

/// Looks again and again until `wanted` holds, and gives what it saw then.
///
/// Panics with what it saw last when that takes longer than a minute.
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
