//! The key that signs tokens: ES256.

use std::fmt;
use std::io::Write as _;
use std::path::Path;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{Error, Result, files};

/// A private key with its public id.
pub(super) struct SigningKey {
    id: String,
    pair: EcdsaKeyPair,
}

/// The key as the file holds it.
#[derive(Serialize, Deserialize)]
struct Stored {
    id: String,
    /// PKCS #8, in base64.
    key: String,
}

impl SigningKey {
    /// A new key.
    pub(super) fn generate() -> Result<Self> {
        let (key, _) = Self::make()?;
        Ok(key)
    }

    /// The key in the file, made if it is missing.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let damaged = |reason: &str| Error::Damaged {
            path: path.to_owned(),
            reason: reason.to_owned(),
        };
        let Some(text) = files::read(path)? else {
            let (key, stored) = Self::make()?;
            let text = serde_json::to_vec(&stored).map_err(|_| damaged("cannot be written"))?;
            files::replace(path, |file| file.write_all(&text)).map_err(|source| Error::File {
                path: path.to_owned(),
                source,
            })?;
            return Ok(key);
        };
        let stored: Stored =
            serde_json::from_slice(&text).map_err(|_| damaged("no valid JSON of a key"))?;
        let pkcs8 = BASE64_STANDARD.decode(stored.key).ok();
        let pair = pkcs8.and_then(|pkcs8| from_pkcs8(&pkcs8));
        Ok(Self {
            id: stored.id,
            pair: pair.ok_or_else(|| damaged("no private key on P-256"))?,
        })
    }

    fn make() -> Result<(Self, Stored)> {
        let pkcs8 =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new())
                .map_err(|_| Error::KeyGeneration)?;
        let id = uuid::Uuid::new_v4().to_string();
        let pair = from_pkcs8(pkcs8.as_ref()).ok_or(Error::KeyGeneration)?;
        let stored = Stored {
            id: id.clone(),
            key: BASE64_STANDARD.encode(pkcs8.as_ref()),
        };
        Ok((Self { id, pair }, stored))
    }

    /// The public half as a JSON Web Key.
    pub(super) fn public(&self) -> Value {
        // A point in full: a byte that says so, then both coordinates.
        let point = self.pair.public_key().as_ref().get(1..).unwrap_or_default();
        let (x, y) = point.split_at(point.len() / 2);
        json!({
            "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": self.id,
            "x": BASE64_URL_SAFE_NO_PAD.encode(x), "y": BASE64_URL_SAFE_NO_PAD.encode(y),
        })
    }

    /// The claims as a signed token.
    pub(super) fn sign(&self, claims: &Value) -> String {
        let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        let header = json!({"alg": "ES256", "kid": self.id});
        let signed = format!("{}.{}", part(&header), part(claims));
        let signature = self.pair.sign(&SystemRandom::new(), signed.as_bytes());
        let signature = signature.map_or_else(
            // A token that nobody accepts; the library names no case in which this happens.
            |_| String::new(),
            |signature| BASE64_URL_SAFE_NO_PAD.encode(signature),
        );
        format!("{signed}.{signature}")
    }
}

/// Without the private half.
impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

fn from_pkcs8(pkcs8: &[u8]) -> Option<EcdsaKeyPair> {
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8).ok()
}
