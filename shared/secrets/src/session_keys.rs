//! Sealed texts that a browser keeps: the cookies of a session.

use std::sync::Arc;
use std::time::Duration;

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use aws_sdk_secretsmanager::Client;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use rand::RngExt;
use secrecy::ExposeSecret;

use crate::ring::SealingKey;
use crate::ring_source::RingSource;
use crate::{RING_LIFETIME, SecretsError};

/// The secret that holds the session keys, unless another is named.
pub const SESSION_KEYS: &str = "weir/session-keys";
/// Length of a nonce, in bytes.
const NONCE: usize = 12;
/// A text that names an unknown key has the ring fetched again, though no sooner than after this time:
/// anybody can make up such texts.
const MIN_REFETCH: Duration = Duration::from_secs(30);

/// Seals what a browser is to keep and hand back unread and unchanged: AES-256-GCM under the session
/// keys, with what the text is for as associated data. Clones share the fetched ring.
#[derive(Debug, Clone)]
pub struct SessionKeys(Arc<RingSource>);

impl SessionKeys {
    /// Uses the ring of that name, fetched at its first use and again after [`RING_LIFETIME`].
    pub fn new(client: Client, name: &str) -> Self {
        Self(Arc::new(RingSource::new(
            client,
            name.to_owned(),
            RING_LIFETIME,
        )))
    }

    /// Makes the session keys, unless they exist.
    pub async fn create_if_missing(&self) -> Result<(), SecretsError> {
        let description = "The keys under which the dashboard's sessions are sealed";
        self.0.create_if_missing(description).await
    }

    /// Fetches the ring, so that the first request does not wait for it.
    pub async fn warm_up(&self) -> Result<(), SecretsError> {
        self.0.get(None).await.map(drop)
    }

    /// The sealed text, in letters that a cookie may have. `purpose` must be given again to open it.
    pub async fn seal(&self, purpose: &str, text: &[u8]) -> Result<String, SecretsError> {
        let fetched = self.0.get(None).await?;
        let (id, key) = fetched.ring.current()?;
        let sealed = seal(purpose, text, key)?;
        Ok(format!("{id}.{}", BASE64_URL_SAFE_NO_PAD.encode(sealed)))
    }

    /// The text that was sealed for this purpose; none if it was not sealed here, was changed, or was
    /// sealed under a key that has left the ring.
    pub async fn open(&self, purpose: &str, text: &str) -> Result<Option<Vec<u8>>, SecretsError> {
        let Some((id, sealed)) = text.split_once('.') else {
            return Ok(None);
        };
        let Ok(sealed) = BASE64_URL_SAFE_NO_PAD.decode(sealed) else {
            return Ok(None);
        };
        let mut fetched = self.0.get(None).await?;
        if fetched.ring.get(id).is_none() && fetched.at.elapsed() >= MIN_REFETCH {
            // Younger than what was fetched, perhaps.
            fetched = self.0.get(Some(fetched.at)).await?;
        }
        let key = fetched.ring.get(id);
        Ok(key.and_then(|key| unseal(purpose, &sealed, key)))
    }
}

fn seal(purpose: &str, text: &[u8], key: &SealingKey) -> Result<Vec<u8>, SecretsError> {
    let nonce: [u8; NONCE] = rand::rng().random();
    let payload = Payload {
        msg: text,
        aad: purpose.as_bytes(),
    };
    let cipher = Aes256Gcm::new(key.expose_secret().into());
    let sealed = cipher.encrypt(&Nonce::from(nonce), payload);
    let sealed = sealed.map_err(|_| SecretsError::Corrupt)?;
    Ok([nonce.as_slice(), &sealed].concat())
}

fn unseal(purpose: &str, sealed: &[u8], key: &SealingKey) -> Option<Vec<u8>> {
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
    let payload = Payload {
        msg: sealed,
        aad: purpose.as_bytes(),
    };
    let cipher = Aes256Gcm::new(key.expose_secret().into());
    cipher.decrypt(&Nonce::from(*nonce), payload).ok()
}

#[cfg(test)]
mod tests {
    use secrecy::SecretBox;

    use super::*;

    fn key(byte: u8) -> SealingKey {
        SecretBox::new(Box::new([byte; 32]))
    }

    #[test]
    fn only_the_unchanged_text_opens_and_only_for_its_purpose() {
        let sealed = seal("session", b"ann", &key(1)).unwrap();
        let open = |purpose, sealed: &[u8], under| unseal(purpose, sealed, &key(under));
        assert_eq!(open("session", &sealed, 1).as_deref(), Some(&b"ann"[..]));
        assert_eq!(open("sign-in", &sealed, 1), None);
        assert_eq!(open("session", &sealed, 2), None);
        assert_eq!(open("session", &[1, 2], 1), None);
        for position in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[position] ^= 1;
            assert_eq!(open("session", &changed, 1), None);
        }
    }
}
