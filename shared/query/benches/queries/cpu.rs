//! What the kernel says of this process.

use std::fs;

/// Ticks of a second in what the kernel tells programs, on every architecture of Linux.
const TICKS: f64 = 100.0;

/// CPU time of all threads so far, those that ended too, in seconds.
pub(crate) fn seconds() -> f64 {
    let text = fs::read_to_string("/proc/self/stat").unwrap();
    // The name of the program is in parentheses and may hold spaces.
    let (_, numbers) = text.rsplit_once(") ").unwrap();
    let ticks = |at: usize| -> f64 { numbers.split(' ').nth(at).unwrap().parse().unwrap() };
    // utime and stime are the 14th and 15th field, and the state behind the name is the third.
    (ticks(11) + ticks(12)) / TICKS
}

/// The most memory that the process has had, in megabytes.
pub(crate) fn peak_megabytes() -> f64 {
    let text = fs::read_to_string("/proc/self/status").unwrap();
    let line = text
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    let kilobytes: f64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kilobytes / 1e3
}
