//! What is done after an answer was sent: the caller does not wait for it, and its failure is not the
//! answer's.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Tasks that wait for their answer to be sent. Clones share them.
///
/// Lambda stops a process between requests: what is merely spawned would stand still until the next
/// one. These tasks run to their end before the next request is taken.
#[derive(Clone, Default)]
pub struct Later(Arc<Mutex<Vec<Task>>>);

impl Later {
    /// Has this done after the answer was sent.
    pub fn run(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.tasks().push(Box::pin(task));
    }

    /// Does what waits.
    pub async fn finish(&self) {
        let tasks = std::mem::take(&mut *self.tasks());
        for task in tasks {
            task.await;
        }
    }

    fn tasks(&self) -> std::sync::MutexGuard<'_, Vec<Task>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Later {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Later")
            .field("waiting", &self.tasks().len())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test]
    async fn a_task_is_done_once_and_not_before_its_time() {
        let (later, done) = (Later::default(), Arc::new(AtomicU32::new(0)));
        let counter = Arc::clone(&done);
        later.run(async move {
            counter.fetch_add(1, Ordering::Relaxed);
        });
        assert_eq!(done.load(Ordering::Relaxed), 0);
        later.finish().await;
        later.finish().await;
        assert_eq!(done.load(Ordering::Relaxed), 1);
    }
}
