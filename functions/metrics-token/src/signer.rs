//! Signing, with keys that are published first.

use std::sync::Arc;
use std::time::Duration;

use edge::Problem;
use event::Timestamp;
use secrets::{PublicKey, SigningKey, TokenKeys};
use store::{Store, TokenKey};
use tokio::sync::Mutex;

/// So long a public key counts once it is published: what a key that signs no more has signed is
/// accepted for a day at most.
const PUBLISHED_FOR: Duration = Duration::from_hours(24);
/// After this long a key that still signs is published anew. What is left is longer than a token lasts.
const RENEWED_AFTER: Duration = Duration::from_hours(12);

/// The signing keys, and which one this process published last, and when. Clones share them.
#[derive(Debug, Clone)]
pub(crate) struct Signer {
    store: Store,
    keys: TokenKeys,
    published: Arc<Mutex<Option<(String, Timestamp)>>>,
}

impl Signer {
    pub(crate) fn new(store: Store, keys: TokenKeys) -> Self {
        let published = Arc::default();
        Self {
            store,
            keys,
            published,
        }
    }

    /// The key to sign with: whoever verifies can find its public half already. The keys that sign next
    /// are published with it, so that they are known long before they do. Those that sign no more are
    /// not: their time runs out, and one that was withdrawn stays so.
    pub(crate) async fn key(&self, now: Timestamp) -> Result<SigningKey, Problem> {
        let key = self.keys.current().await?;
        let mut published = self.published.lock().await;
        let is_known = published
            .as_ref()
            .is_some_and(|(id, at)| id == key.id() && now.since(*at) < RENEWED_AFTER);
        if !is_known {
            self.publish(key.public(), now).await?;
            for next in self.keys.next().await? {
                self.publish(&next, now).await?;
            }
            *published = Some((key.id().to_owned(), now));
        }
        Ok(key)
    }

    async fn publish(&self, key: &PublicKey, now: Timestamp) -> Result<(), Problem> {
        let public = TokenKey {
            id: key.id.clone(),
            public: key.bytes.clone(),
            until: now.plus(PUBLISHED_FOR),
        };
        Ok(self.store.publish_token_key(&public, now).await?)
    }
}
