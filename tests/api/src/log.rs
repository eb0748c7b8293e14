//! What the processes printed.

use crate::guard::Guarded;

/// How much of it helps to see why a process is not there.
const LINES: usize = 15;

/// The end of what a process printed.
pub(crate) fn tail(process: &Guarded) -> String {
    let printed = process.printed();
    let lines: Vec<&str> = printed.lines().collect();
    lines
        .split_at(lines.len().saturating_sub(LINES))
        .1
        .join("\n")
}
