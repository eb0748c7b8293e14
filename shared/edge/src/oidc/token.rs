//! A JSON Web Token in its compact form: header, payload and signature.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::key::VerifyingKey;
use super::{SigningAlgorithm, TokenError};

/// The largest token that is looked at, in bytes.
const MAX_TOKEN_BYTES: usize = 8 * 1024;
/// Header members by which a token would bring its own key, and the one that says that the others
/// must not be ignored.
const REFUSED: [&str; 5] = ["jwk", "jku", "x5c", "x5u", "crit"];

/// A token whose header is acceptable. Its payload is out of reach until the signature is verified.
pub(super) struct Token<'t> {
    key_id: String,
    /// Header and payload as they were signed.
    signed: &'t str,
    payload: &'t str,
    signature: Vec<u8>,
}

impl<'t> Token<'t> {
    /// Takes the token apart. Its `alg` must be the configured algorithm; it decides nothing.
    pub(super) fn parse(text: &'t str, algorithm: SigningAlgorithm) -> Result<Self, TokenError> {
        if text.len() > MAX_TOKEN_BYTES {
            return Err(TokenError::TooLarge);
        }
        let (signed, signature) = text.rsplit_once('.').ok_or(TokenError::Malformed)?;
        let (header, payload) = signed.split_once('.').ok_or(TokenError::Malformed)?;
        let header: Map<String, Value> =
            serde_json::from_slice(&decode(header)?).map_err(|_| TokenError::Malformed)?;
        let member = |name| header.get(name).and_then(Value::as_str);
        if member("alg") != Some(algorithm.as_str()) {
            return Err(TokenError::Algorithm);
        }
        if REFUSED.iter().any(|name| header.contains_key(*name)) {
            return Err(TokenError::Header);
        }
        Ok(Self {
            key_id: member("kid").ok_or(TokenError::KeyUnknown)?.to_owned(),
            signed,
            payload,
            signature: decode(signature)?,
        })
    }

    /// Which of the provider's keys the token says it was signed with.
    pub(super) fn key_id(&self) -> &str {
        &self.key_id
    }

    /// The payload, if the key signed it.
    pub(super) fn payload(&self, key: &VerifyingKey) -> Result<Vec<u8>, TokenError> {
        if !key.verifies(self.signed.as_bytes(), &self.signature) {
            return Err(TokenError::Signature);
        }
        decode(self.payload)
    }
}

fn decode(part: &str) -> Result<Vec<u8>, TokenError> {
    BASE64_URL_SAFE_NO_PAD
        .decode(part)
        .map_err(|_| TokenError::Malformed)
}
