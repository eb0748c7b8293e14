//! How much memory the process has.
//!
//! `DataFusion` counts what its operators hold, and knows nothing of what its functions and some of its
//! aggregates do. The system knows all of it.

use std::time::Duration;

/// How often the system is asked.
const INTERVAL: Duration = Duration::from_millis(10);
/// What Linux calls a page on the machines that Lambda has.
const PAGE: u64 = 4 * 1024;
const STATUS: &str = "/proc/self/statm";

/// Waits until the process has more than so many bytes in memory. Where the system does not say, as on
/// macOS, it waits for ever.
pub(crate) async fn exceeds(bytes: u64) {
    loop {
        match resident() {
            None => return std::future::pending().await,
            Some(now) if now > bytes => return,
            Some(_) => tokio::time::sleep(INTERVAL).await,
        }
    }
}

/// Bytes in memory.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string(STATUS).ok()?;
    let pages: u64 = status.split(' ').nth(1)?.parse().ok()?;
    Some(pages * PAGE)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_process_has_some_memory() {
        assert!(resident().unwrap() > 1024 * 1024);
    }
}
