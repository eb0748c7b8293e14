//! CPU time of a thread, and lines that `cargo xtask bench` reads.

#![allow(
    dead_code,
    reason = "each bench is a program of its own and uses a part"
)]

use std::fs;
use std::time::{Duration, Instant};

use serde_json::json;

/// Each run is as long as this, since the scheduler counts in ticks of some milliseconds.
const RUN: Duration = Duration::from_millis(60);
/// The best of so many runs counts.
pub const RUNS: usize = 15;

/// The least CPU time of this thread that a run took. What else the machine does only adds.
pub fn best_cpu_seconds(run: &dyn Fn()) -> f64 {
    let measured = || {
        let (before, started, mut count) = (cpu_nanos(), Instant::now(), 0_u32);
        while started.elapsed() < RUN {
            for _ in 0..20 {
                run();
            }
            count += 20;
        }
        // Gives the processor away once: the scheduler adds up a thread's time when it leaves.
        std::thread::yield_now();
        (cpu_nanos() - before) as f64 / 1e9 / f64::from(count)
    };
    (0..RUNS).map(|_| measured()).fold(f64::INFINITY, f64::min)
}

/// CPU time of this thread so far, in nanoseconds, as the kernel's scheduler counts it.
fn cpu_nanos() -> u64 {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    text.split(' ').next().unwrap().parse().unwrap()
}

pub fn at_least(name: &str, target: f64, value: f64) {
    measure(name, value, Some(target));
}

pub fn measure(name: &str, value: f64, at_least: Option<f64>) {
    let mut line = json!({"name": name, "value": value, "unit": "events/CPU-s"});
    if let Some(target) = at_least {
        line["atLeast"] = json!(target);
    }
    println!("measure {line}");
}

pub fn at_most(name: &str, target: f64, unit: &str, value: f64) {
    let line = json!({"name": name, "value": value, "unit": unit, "atMost": target});
    println!("measure {line}");
}
