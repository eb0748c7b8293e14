//! A JSON Web Token in its compact form: header, payload and signature.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::signature::{ED25519, ParsedPublicKey};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use crate::TokenError;

/// The largest token that is looked at, in bytes.
const MAX_TOKEN_BYTES: usize = 8 * 1024;
/// Header members by which a token would bring its own key, and the one that says that the others
/// must not be ignored.
const REFUSED: [&str; 5] = ["jwk", "jku", "x5c", "x5u", "crit"];

/// A token whose header is acceptable. Its payload is out of reach until the signature is verified.
pub(crate) struct Token<'t> {
    key_id: String,
    /// Header and payload as they were signed.
    signed: &'t str,
    payload: &'t str,
    signature: Vec<u8>,
}

impl<'t> Token<'t> {
    /// Takes the token apart. Its `alg` must be the expected algorithm; it decides nothing.
    pub(crate) fn parse(text: &'t str, algorithm: &str) -> Result<Self, TokenError> {
        if text.len() > MAX_TOKEN_BYTES {
            return Err(TokenError::TooLarge);
        }
        let (signed, signature) = text.rsplit_once('.').ok_or(TokenError::Malformed)?;
        let (header, payload) = signed.split_once('.').ok_or(TokenError::Malformed)?;
        let header: Map<String, Value> =
            serde_json::from_slice(&decode(header)?).map_err(|_| TokenError::Malformed)?;
        let member = |name| header.get(name).and_then(Value::as_str);
        if member("alg") != Some(algorithm) {
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

    /// Which of the issuer's keys the token says it was signed with.
    pub(crate) fn key_id(&self) -> &str {
        &self.key_id
    }

    /// The payload, if the key signed it.
    pub(crate) fn payload(&self, key: &VerifyingKey) -> Result<Vec<u8>, TokenError> {
        if !key.verifies(self.signed.as_bytes(), &self.signature) {
            return Err(TokenError::Signature);
        }
        decode(self.payload)
    }
}

/// A public key for one algorithm. Clones share it.
#[derive(Clone)]
pub(crate) struct VerifyingKey(Arc<ParsedPublicKey>);

impl VerifyingKey {
    pub(crate) fn new(key: ParsedPublicKey) -> Self {
        Self(Arc::new(key))
    }

    /// The 32 bytes of an Ed25519 key; none where they are no key.
    pub(crate) fn ed25519(bytes: &[u8]) -> Option<Self> {
        ParsedPublicKey::new(&ED25519, bytes).ok().map(Self::new)
    }

    /// Whether the key made this signature of the message.
    fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.0.verify_sig(message, signature).is_ok()
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyingKey").finish_non_exhaustive()
    }
}

/// The token of a header and a payload, signed.
pub(crate) fn encode(header: &Value, payload: &Value, sign: impl Fn(&[u8]) -> Vec<u8>) -> String {
    let part = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
    let [header, payload] = [header, payload].map(|value| part(value.to_string().as_bytes()));
    let signed = format!("{header}.{payload}");
    let signature = part(&sign(signed.as_bytes()));
    format!("{signed}.{signature}")
}

fn decode(part: &str) -> Result<Vec<u8>, TokenError> {
    BASE64_URL_SAFE_NO_PAD
        .decode(part)
        .map_err(|_| TokenError::Malformed)
}
