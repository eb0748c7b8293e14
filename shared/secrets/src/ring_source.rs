//! A ring in Secrets Manager, fetched once in a while.

use std::sync::Arc;
use std::time::{Duration, Instant};

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::error::ProvideErrorMetadata;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Mutex;

use crate::SecretsError;
use crate::ring::Ring;

/// One ring, kept in the process for its lifetime.
#[derive(Debug)]
pub(crate) struct RingSource {
    client: Client,
    name: String,
    lifetime: Duration,
    fetched: Mutex<Option<Fetched>>,
}

/// A ring and when it came.
#[derive(Debug, Clone)]
pub(crate) struct Fetched {
    pub(crate) ring: Arc<Ring>,
    pub(crate) at: Instant,
}

impl RingSource {
    pub(crate) fn new(client: Client, name: String, lifetime: Duration) -> Self {
        Self {
            client,
            name,
            lifetime,
            fetched: Mutex::new(None),
        }
    }

    /// Makes the ring, unless it exists. Of several who do so at a time one wins, and all succeed.
    pub(crate) async fn create_if_missing(&self, description: &str) -> Result<(), SecretsError> {
        let ring = Ring::generate(&mut rand::rng()).text();
        let call = self
            .client
            .create_secret()
            .name(&self.name)
            .description(description)
            .secret_string(ring.expose_secret());
        match call.send().await {
            Ok(_) => Ok(()),
            Err(error) if error.code() == Some("ResourceExistsException") => Ok(()),
            Err(error) => Err(SecretsError::from_sdk(&error)),
        }
    }

    /// The ring, fetched after `outdated` if that is given. Of several who need it one fetches.
    pub(crate) async fn get(&self, outdated: Option<Instant>) -> Result<Fetched, SecretsError> {
        let mut fetched = self.fetched.lock().await;
        let fresh = fetched.as_ref().filter(|fetched| {
            fetched.at.elapsed() < self.lifetime
                && outdated.is_none_or(|outdated| fetched.at > outdated)
        });
        if let Some(fresh) = fresh {
            return Ok(fresh.clone());
        }
        let new = Fetched {
            ring: Arc::new(self.fetch().await?),
            at: Instant::now(),
        };
        *fetched = Some(new.clone());
        Ok(new)
    }

    async fn fetch(&self) -> Result<Ring, SecretsError> {
        let call = self.client.get_secret_value().secret_id(&self.name);
        match call.send().await {
            Ok(output) => {
                let text = output.secret_string.ok_or(SecretsError::Corrupt)?;
                Ring::parse(&SecretString::from(text))
            }
            Err(error) if error.code() == Some("ResourceNotFoundException") => {
                Err(SecretsError::Missing)
            }
            Err(error) => Err(SecretsError::from_sdk(&error)),
        }
    }
}
