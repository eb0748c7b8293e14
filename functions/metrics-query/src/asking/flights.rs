//! Equal questions that are asked at the same time in one process: one is computed, all get the answer.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use event::WorkspaceId;
use tokio::sync::OnceCell;

use super::{Failed, Given};

/// Whose question it is, which, and whether a kept answer is not good enough.
type Key = (WorkspaceId, u128, bool);
type Flight = Arc<OnceCell<Result<Given, Failed>>>;

/// The answers that are being computed. Clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Flights(Arc<Mutex<HashMap<Key, Flight>>>);

impl Flights {
    /// The outcome of `compute`, or of the same question that somebody asked before and has no answer
    /// yet. If that one goes away, the next takes its place.
    pub(crate) async fn join(
        &self,
        key: Key,
        compute: impl Future<Output = Result<Given, Failed>>,
    ) -> Result<Given, Failed> {
        let flight = Arc::clone(self.flights().entry(key.clone()).or_default());
        let mut is_first = false;
        let outcome = flight
            .get_or_init(|| {
                is_first = true;
                compute
            })
            .await
            .clone();
        let mut flights = self.flights();
        if flights.get(&key).is_some_and(|it| Arc::ptr_eq(it, &flight)) {
            flights.remove(&key);
        }
        drop(flights);
        outcome.map(|given| Given {
            is_kept: given.is_kept || !is_first,
            ..given
        })
    }

    fn flights(&self) -> std::sync::MutexGuard<'_, HashMap<Key, Flight>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
