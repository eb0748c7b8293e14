//! A part of a core for a process: it is stopped for the rest of every 20 ms, as the scheduler does with
//! a group whose quota is used up. Needs no permission, other than a control group.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

const PERIOD: Duration = Duration::from_millis(20);

pub(crate) struct Limit {
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Limit {
    /// The process gets this part of each period.
    pub(crate) fn of(process: u32, share: f64) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&over);
        let process = Pid::from_raw(i32::try_from(process).unwrap()).unwrap();
        let thread = thread::spawn(move || {
            let runs = PERIOD.mul_f64(share);
            while !seen.load(Ordering::Relaxed) {
                thread::sleep(runs);
                // It may have ended by itself, which shows elsewhere.
                kill_process(process, Signal::STOP).ok();
                thread::sleep(PERIOD.saturating_sub(runs));
                kill_process(process, Signal::CONT).ok();
            }
        });
        Self {
            over,
            thread: Some(thread),
        }
    }
}

impl Drop for Limit {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

/// What all threads of a process that runs have computed so far.
pub(crate) fn cpu_time(process: u32) -> Duration {
    let threads = fs::read_dir(format!("/proc/{process}/task")).unwrap();
    let nanos = threads.filter_map(|thread| {
        let text = fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
        text.split(' ').next()?.parse::<u64>().ok()
    });
    Duration::from_nanos(nanos.sum())
}
