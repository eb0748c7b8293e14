//! Threads that only compute.
//!
//! A query may keep its thread busy for longer than a deadline: on threads of their own, neither the
//! deadline's timer nor another caller waits for it.

use std::future::Future;
use std::sync::{Mutex, PoisonError};

use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

/// A query's plan is walked by functions that call themselves.
const STACK: usize = 16 * 1024 * 1024;

/// The threads. Those that do not come to rest are replaced.
#[derive(Debug)]
pub(crate) struct Cpu {
    threads: usize,
    runtime: Mutex<Option<Runtime>>,
}

impl Cpu {
    pub(crate) const fn new(threads: usize) -> Self {
        Self {
            threads,
            runtime: Mutex::new(None),
        }
    }

    pub(crate) const fn threads(&self) -> usize {
        self.threads
    }

    /// Runs the future there.
    pub(crate) fn spawn<F>(&self, future: F) -> std::io::Result<JoinHandle<F::Output>>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let mut runtime = self.runtime.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(runtime) = &*runtime {
            return Ok(runtime.spawn(future));
        }
        let made = Builder::new_multi_thread()
            .worker_threads(self.threads)
            .thread_stack_size(STACK)
            .thread_name("query")
            .enable_time()
            .build()?;
        let task = made.spawn(future);
        *runtime = Some(made);
        Ok(task)
    }

    /// Leaves the threads to themselves: the next query gets new ones. They end when what they do
    /// lets go of them.
    pub(crate) fn replace(&self) {
        let runtime = self
            .runtime
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(runtime) = runtime {
            runtime.shutdown_background();
        }
    }
}

impl Drop for Cpu {
    fn drop(&mut self) {
        self.replace();
    }
}
