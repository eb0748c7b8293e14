//! The provider's keys, kept in the process.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use event::Timestamp;
use tokio::sync::Mutex;

use super::fetch::FetchError;
use super::source::Source;
use super::{SigningAlgorithm, TokenError};
use crate::jwt::VerifyingKey;

/// After this long the keys are fetched anew: a key that the provider withdrew lives no longer.
const FRESH: Duration = Duration::from_hours(1);
/// While the provider cannot be reached, keys of this age still serve.
const USABLE: Duration = Duration::from_hours(24);
/// At most one fetch in this time: whoever invents key ids reaches the provider no more often.
const PAUSE: Duration = Duration::from_mins(1);
/// The same while there is no key to fall back on.
const PAUSE_WITHOUT_KEYS: Duration = Duration::from_secs(2);

/// A cache of the provider's keys: one fetch at a time, and not often.
#[derive(Debug)]
pub(super) struct Keys {
    source: Source,
    algorithm: SigningAlgorithm,
    fetched: RwLock<Option<Arc<Fetched>>>,
    /// Held during a fetch; when the last one began.
    last_fetch: Mutex<Option<Timestamp>>,
}

#[derive(Debug)]
struct Fetched {
    keys: HashMap<String, VerifyingKey>,
    at: Timestamp,
}

impl Keys {
    pub(super) fn new(source: Source, algorithm: SigningAlgorithm) -> Self {
        Self {
            source,
            algorithm,
            fetched: RwLock::default(),
            last_fetch: Mutex::default(),
        }
    }

    /// The key of that id, from the cache if it is fresh there.
    pub(super) async fn find(&self, id: &str, now: Timestamp) -> Result<VerifyingKey, TokenError> {
        if let Some(key) = self.fresh(id, now) {
            return Ok(key);
        }
        let mut last_fetch = self.last_fetch.lock().await;
        // Another request may have fetched it while this one waited.
        if let Some(key) = self.fresh(id, now) {
            return Ok(key);
        }
        let pause = self.usable(now).map_or(PAUSE_WITHOUT_KEYS, |_| PAUSE);
        if last_fetch.is_none_or(|last| now.since(last) >= pause) {
            *last_fetch = Some(now);
            if let Err(error) = self.fetch(now).await {
                tracing::warn!(%error, "the keys of the identity provider cannot be fetched");
            }
        }
        let fetched = self.usable(now).ok_or(TokenError::KeysUnavailable)?;
        fetched.keys.get(id).cloned().ok_or(TokenError::KeyUnknown)
    }

    async fn fetch(&self, now: Timestamp) -> Result<(), FetchError> {
        let published = self.source.fetch().await?.into_iter();
        let keys: HashMap<_, _> = published
            .filter_map(|key| key.verifying_key(self.algorithm))
            .collect();
        if keys.is_empty() {
            return Err(FetchError::Content("has no key for the algorithm"));
        }
        let fetched = Some(Arc::new(Fetched { keys, at: now }));
        *self.fetched.write().unwrap_or_else(PoisonError::into_inner) = fetched;
        Ok(())
    }

    fn fresh(&self, id: &str, now: Timestamp) -> Option<VerifyingKey> {
        let fetched = self.younger_than(FRESH, now)?;
        fetched.keys.get(id).cloned()
    }

    fn usable(&self, now: Timestamp) -> Option<Arc<Fetched>> {
        self.younger_than(USABLE, now)
    }

    fn younger_than(&self, age: Duration, now: Timestamp) -> Option<Arc<Fetched>> {
        let fetched = self.fetched.read().unwrap_or_else(PoisonError::into_inner);
        fetched
            .as_ref()
            .filter(|fetched| now.since(fetched.at) < age)
            .map(Arc::clone)
    }
}
