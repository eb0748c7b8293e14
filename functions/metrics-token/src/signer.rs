//! Signing, with keys that are published first.

use std::collections::HashSet;
use std::sync::Arc;

use edge::Problem;
use event::Timestamp;
use secrets::{PublicKey, SigningKey, TokenKeys};
use store::{Store, TokenKey};
use tokio::sync::Mutex;

/// The signing keys, and which of their public halves this process knows to be published. Clones
/// share them.
#[derive(Debug, Clone)]
pub(crate) struct Signer {
    store: Store,
    keys: TokenKeys,
    published: Arc<Mutex<HashSet<String>>>,
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

    /// The key to sign with: whoever verifies can find its public half already. All keys of the ring
    /// are published with it, so that the next one is known long before it signs.
    pub(crate) async fn key(&self, now: Timestamp) -> Result<SigningKey, Problem> {
        let key = self.keys.current().await?;
        let mut published = self.published.lock().await;
        if !published.contains(key.id()) {
            for PublicKey { id, bytes } in self.keys.public_keys().await? {
                let public = TokenKey { id, public: bytes };
                self.store.publish_token_key(&public, now).await?;
                published.insert(public.id);
            }
        }
        Ok(key)
    }
}
