//! The ring of sealing keys, and its text in Secrets Manager:
//! `{"current": "<id>", "keys": {"<id>": "<32 bytes in base64>"}}`.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rand::distr::{Alphanumeric, SampleString};
use rand::{CryptoRng, RngExt};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretBox, SecretString};
use serde::{Deserialize, Serialize};

use crate::SecretsError;

/// Length of a sealing key's id, in characters.
const ID_CHARS: usize = 8;

/// A key of AES-256, wiped from memory on drop.
pub(crate) type SealingKey = SecretBox<[u8; 32]>;

/// The sealing keys by their ids.
pub(crate) struct Ring {
    current: String,
    keys: HashMap<String, SealingKey>,
}

#[derive(Serialize, Deserialize)]
struct Text<'a> {
    current: &'a str,
    #[serde(borrow)]
    keys: BTreeMap<&'a str, &'a str>,
}

impl Ring {
    /// The text of a new ring with one key.
    pub(crate) fn generate(rng: &mut impl CryptoRng) -> Result<SecretString, SecretsError> {
        let id = Alphanumeric.sample_string(rng, ID_CHARS);
        let key = Zeroizing::new(rng.random::<[u8; 32]>());
        let key = Zeroizing::new(STANDARD.encode(*key));
        let text = Text {
            current: &id,
            keys: BTreeMap::from([(id.as_str(), key.as_str())]),
        };
        serde_json::to_string(&text)
            .map(SecretString::from)
            .map_err(|_| SecretsError::Corrupt)
    }

    /// Reads a ring's text.
    pub(crate) fn parse(text: &SecretString) -> Result<Self, SecretsError> {
        let text: Text<'_> =
            serde_json::from_str(text.expose_secret()).map_err(|_| SecretsError::Corrupt)?;
        let mut keys = HashMap::with_capacity(text.keys.len());
        for (id, key) in text.keys {
            let bytes = STANDARD.decode(key).map(Zeroizing::new);
            let bytes = bytes.map_err(|_| SecretsError::Corrupt)?;
            let mut key = Box::new([0; 32]);
            if bytes.len() != key.len() {
                return Err(SecretsError::Corrupt);
            }
            key.copy_from_slice(&bytes);
            keys.insert(id.to_owned(), SecretBox::new(key));
        }
        if !keys.contains_key(text.current) {
            return Err(SecretsError::Corrupt);
        }
        Ok(Self {
            current: text.current.to_owned(),
            keys,
        })
    }

    /// The key to seal with, and its id.
    pub(crate) fn current(&self) -> Result<(&str, &SealingKey), SecretsError> {
        let key = self.keys.get(&self.current).ok_or(SecretsError::Corrupt)?;
        Ok((&self.current, key))
    }

    /// The key with that id.
    pub(crate) fn get(&self, id: &str) -> Option<&SealingKey> {
        self.keys.get(id)
    }
}

impl fmt::Debug for Ring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ring")
            .field("current", &self.current)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_ring_is_read_back_and_shows_no_key() {
        let text = Ring::generate(&mut rand::rng()).unwrap();
        let ring = Ring::parse(&text).unwrap();
        let (id, key) = ring.current().unwrap();
        assert_eq!(ring.get(id).unwrap().expose_secret(), key.expose_secret());
        let encoded = STANDARD.encode(key.expose_secret());
        assert!(text.expose_secret().contains(&encoded));
        assert!(!format!("{ring:?}").contains(&encoded));
    }

    #[test]
    fn a_text_that_is_no_ring_is_corrupt() {
        let key = STANDARD.encode([1; 32]);
        let texts = [
            String::new(),
            r#"{"current":"a","keys":{}}"#.to_owned(),
            format!(r#"{{"current":"a","keys":{{"b":"{key}"}}}}"#),
            r#"{"current":"a","keys":{"a":"AAAA"}}"#.to_owned(),
            r#"{"current":"a","keys":{"a":"?"}}"#.to_owned(),
        ];
        for text in texts {
            let error = Ring::parse(&SecretString::from(text)).unwrap_err();
            assert_eq!(error, SecretsError::Corrupt);
        }
    }
}
