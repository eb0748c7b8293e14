//! The keys that sign access tokens: Ed25519, out of a ring whose keys are their seeds.

use std::fmt;
use std::fmt::Write as _;
use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use aws_sdk_secretsmanager::Client;
use secrecy::ExposeSecret;

use crate::ring::SealingKey;
use crate::ring_source::RingSource;
use crate::{RING_LIFETIME, SecretsError};

/// The secret that holds the keys, unless another is named.
pub const TOKEN_SIGNING_KEYS: &str = "weir/token-signing-keys";
/// Bytes of the digest of a public key that are its id.
const ID_BYTES: usize = 8;

/// Signs access tokens. Clones share the fetched ring.
#[derive(Debug, Clone)]
pub struct TokenKeys(Arc<RingSource>);

/// The key to sign with.
pub struct SigningKey {
    public: PublicKey,
    pair: Ed25519KeyPair,
}

/// A public key. Its id follows from it: one id never stands for two keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    /// 16 hexadecimal digits.
    pub id: String,
    /// The 32 bytes of an Ed25519 key.
    pub bytes: Vec<u8>,
}

impl TokenKeys {
    /// Uses the ring of that name, fetched at its first use and again after [`RING_LIFETIME`].
    pub fn new(client: Client, name: &str) -> Self {
        let name = name.to_owned();
        Self(Arc::new(RingSource::new(client, name, RING_LIFETIME)))
    }

    /// Makes the keys, unless they exist.
    pub async fn create_if_missing(&self) -> Result<(), SecretsError> {
        let description = "The keys that sign access tokens of the Metrics API";
        self.0.create_if_missing(description).await
    }

    /// The key to sign with.
    pub async fn current(&self) -> Result<SigningKey, SecretsError> {
        let fetched = self.0.get(None).await?;
        let (_, seed) = fetched.ring.current()?;
        SigningKey::of(seed)
    }

    /// The public keys of those that are to sign next. Not of those that sign no more.
    pub async fn next(&self) -> Result<Vec<PublicKey>, SecretsError> {
        let fetched = self.0.get(None).await?;
        let public = |seed| SigningKey::of(seed).map(|key| key.public);
        fetched.ring.younger().map(public).collect()
    }
}

impl SigningKey {
    fn of(seed: &SealingKey) -> Result<Self, SecretsError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.expose_secret());
        let pair = pair.map_err(|_| SecretsError::Corrupt)?;
        let bytes = pair.public_key().as_ref().to_vec();
        let mut id = String::with_capacity(2 * ID_BYTES);
        for byte in digest(&SHA256, &bytes).as_ref().iter().take(ID_BYTES) {
            // Writing to a text cannot fail.
            let _written = write!(id, "{byte:02x}");
        }
        let public = PublicKey { id, bytes };
        Ok(Self { public, pair })
    }

    /// The key that verifies what it signs.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// The id of the key, which is in the header of what it signs.
    pub fn id(&self) -> &str {
        &self.public.id
    }

    /// The signature of the message: 64 bytes.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.pair.sign(message).as_ref().to_vec()
    }
}

/// Without the key.
impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("id", &self.public.id)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use secrecy::SecretBox;

    use super::*;

    fn key(byte: u8) -> SigningKey {
        SigningKey::of(&SecretBox::new(Box::new([byte; 32]))).unwrap()
    }

    #[test]
    fn a_seed_is_always_the_same_key_and_shows_nothing_of_itself() {
        assert_eq!(key(1).public, key(1).public);
        assert_ne!(key(1).id(), key(2).id());
        assert_eq!(key(1).id().len(), 16);
        assert_eq!(key(1).sign(b"x"), key(1).sign(b"x"));
        assert_eq!(key(1).sign(b"x").len(), 64);
        let shown = format!("{:?}", key(1));
        assert_eq!(shown, format!("SigningKey {{ id: {:?}, .. }}", key(1).id()));
    }
}
