//! The handle: sealing with a ring that is fetched once in a while.

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_secretsmanager::Client;
use event::KeyId;
use policy::ApiKey;

use crate::ring_source::{Fetched, RingSource};
use crate::seal::{seal, unseal};
use crate::{SealedSecret, SecretsError};

/// How long the sealing keys are kept in the process before they are fetched again.
///
/// A new current key is used everywhere after this time; one that a sealed text names and the ring
/// does not have is fetched at once.
pub const RING_LIFETIME: Duration = Duration::from_mins(5);

/// The names of the secrets in Secrets Manager.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretNames {
    /// The ring of sealing keys.
    pub sealing_keys: String,
    /// What the names of the workspaces' client secrets begin with; the workspace follows behind a
    /// slash.
    pub client_secrets: String,
}

impl Default for SecretNames {
    fn default() -> Self {
        Self {
            sealing_keys: "weir/sealing-keys".to_owned(),
            client_secrets: "weir/metrics-client-secret".to_owned(),
        }
    }
}

/// Seals and opens the texts of API keys. Clones share the fetched ring.
#[derive(Debug, Clone)]
pub struct Secrets(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    client: Client,
    names: SecretNames,
    ring: RingSource,
}

impl Secrets {
    /// Uses these secrets, fetched at their first use and again after [`RING_LIFETIME`].
    pub fn new(client: Client, names: SecretNames) -> Self {
        Self::with_lifetime(client, names, RING_LIFETIME)
    }

    /// As [`Secrets::new`], with another lifetime of what was fetched.
    pub fn with_lifetime(client: Client, names: SecretNames, lifetime: Duration) -> Self {
        let ring = RingSource::new(client.clone(), names.sealing_keys.clone(), lifetime);
        Self(Arc::new(Shared {
            client,
            names,
            ring,
        }))
    }

    pub(crate) fn client(&self) -> &Client {
        &self.0.client
    }

    pub(crate) fn ring(&self) -> &RingSource {
        &self.0.ring
    }

    pub(crate) fn names(&self) -> &SecretNames {
        &self.0.names
    }

    /// Makes the sealing keys, unless they exist. Of several who do so at a time one wins, and all
    /// succeed.
    pub async fn create_if_missing(&self) -> Result<(), SecretsError> {
        let description = "The keys under which API keys are sealed";
        self.0.ring.create_if_missing(description).await
    }

    /// Fetches the sealing keys, so that the first who needs them does not wait. A failure is the
    /// first use's to meet.
    pub async fn warm_up(&self) {
        if let Err(error) = self.0.ring.get(None).await {
            tracing::warn!(%error, "the sealing keys could not be fetched at the start");
        }
    }

    /// Seals the text of a key under the current sealing key.
    pub async fn seal(&self, key: &ApiKey) -> Result<SealedSecret, SecretsError> {
        let Fetched { ring, .. } = self.0.ring.get(None).await?;
        let (id, sealing_key) = ring.current()?;
        let nonce_and_ciphertext = seal(key, sealing_key, &mut rand::rng())?;
        Ok(SealedSecret {
            ring_key: id.to_owned(),
            nonce_and_ciphertext,
        })
    }

    /// Opens the text of the key with that id. A text that was changed or belongs to another key is
    /// [`SecretsError::NotGenuine`].
    pub async fn unseal(&self, id: &KeyId, sealed: &SealedSecret) -> Result<ApiKey, SecretsError> {
        let mut fetched = self.0.ring.get(None).await?;
        if fetched.ring.get(&sealed.ring_key).is_none() {
            // Younger than what was fetched, perhaps.
            fetched = self.0.ring.get(Some(fetched.at)).await?;
        }
        let sealing_key = fetched.ring.get(&sealed.ring_key);
        let sealing_key = sealing_key.ok_or(SecretsError::UnknownSealingKey)?;
        unseal(id, &sealed.nonce_and_ciphertext, sealing_key)
    }
}
