//! Keys of what the live view shows, in the activity table.

use event::{Timestamp, WorkspaceId};

use super::{Key, LAST, SEPARATOR, moment};

/// The partition of what was accepted on a day of receipt.
pub(crate) fn partition(workspace: &WorkspaceId, at: Timestamp) -> String {
    let day = at.day();
    format!("{workspace}{SEPARATOR}live{SEPARATOR}{day}")
}

/// The item of a window, by its newest receipt and a digest of what it lists.
pub(crate) fn window(workspace: &WorkspaceId, newest: Timestamp, digest: u64) -> Key {
    Key::new(
        partition(workspace, newest),
        format!("{}{digest:016x}", moment::encode(newest)),
    )
}

/// The sort keys of windows whose newest receipt lies between the moments, both included.
pub(crate) fn range(from: Timestamp, to: Timestamp) -> (String, String) {
    (
        moment::encode(from),
        format!("{}{LAST}", moment::encode(to)),
    )
}

/// The newest receipt in a sort key.
pub(crate) fn newest(sk: &str) -> Option<Timestamp> {
    moment::decode(sk.get(..moment::CHARS)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_lies_in_the_range_of_its_moment_and_tells_it() {
        let workspace = WorkspaceId::parse("acme").unwrap();
        let at = Timestamp::from_millis(1_795_229_788_987);
        let key = window(&workspace, at, u64::MAX);
        assert_eq!(key.pk, "acme#live#2026-11-21");
        let (low, high) = range(at, at);
        assert!(low <= key.sk && key.sk <= high);
        assert_eq!(newest(&key.sk), Some(at));
        let next = Timestamp::from_millis(at.as_millis() + 1);
        assert!(window(&workspace, next, 0).sk > high);
    }
}
