//! The ring of sealing keys, and its text in Secrets Manager:
//! `{"current": "<id>", "<id>": "<32 bytes as 64 hexadecimal digits>"}`.
//!
//! The text is flat, and the keys are hexadecimal, so that a template can make the first one. A
//! ring of an earlier version is read too: `{"current": "<id>", "keys": {"<id>": "<in base64>"}}`.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rand::distr::{Alphanumeric, SampleString};
use rand::{CryptoRng, RngExt};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretBox, SecretString};

use serde::Deserialize;

use crate::SecretsError;

mod turn;

pub use turn::Release;

/// The member that names the key to seal with; no key has it as its id.
const CURRENT: &str = "current";
/// Length of a sealing key's id, in characters. Random: a ring that was lost is not mistaken for the
/// one that came after it.
const ID_CHARS: usize = 8;
/// Length of a key, in bytes.
const KEY_BYTES: usize = 32;

/// A key of AES-256, wiped from memory on drop.
pub(crate) type SealingKey = SecretBox<[u8; KEY_BYTES]>;

/// The sealing keys by their ids.
pub(crate) struct Ring {
    current: String,
    keys: HashMap<String, SealingKey>,
}

impl Ring {
    /// A new ring with one key.
    pub(crate) fn generate(rng: &mut impl CryptoRng) -> Self {
        let key = SecretBox::init_with_mut(|key: &mut [u8; KEY_BYTES]| *key = rng.random());
        let current = Alphanumeric.sample_string(rng, ID_CHARS);
        Self {
            keys: HashMap::from([(current.clone(), key)]),
            current,
        }
    }

    /// The ring's text.
    pub(crate) fn text(&self) -> SecretString {
        // As large as needed: growing would leave a copy that nobody wipes.
        let of_keys: usize = self
            .keys
            .keys()
            .map(|id| id.len() + 2 * KEY_BYTES + 6)
            .sum();
        let mut text = String::with_capacity(of_keys + CURRENT.len() + self.current.len() + 7);
        text.extend(["{\"", CURRENT, "\":\"", &self.current, "\""]);
        let mut ids: Vec<_> = self.keys.iter().collect();
        ids.sort_unstable_by_key(|(id, _)| *id);
        for (id, key) in ids {
            text.extend([",\"", id, "\":\""]);
            for byte in key.expose_secret() {
                for nibble in [byte >> 4, byte & 15] {
                    text.extend(char::from_digit(u32::from(nibble), 16));
                }
            }
            text.push('"');
        }
        text.push('}');
        text.into()
    }

    /// Whether everything of the other ring can be opened with this one too, but for the keys that
    /// were let go.
    pub(crate) fn continues(&self, other: &Self) -> bool {
        let is_known = |id: &String| other.keys.contains_key(id);
        let unchanged = self.keys.iter().all(|(id, key)| {
            let before = other.keys.get(id);
            before.is_none_or(|before| before.expose_secret() == key.expose_secret())
        });
        is_known(&self.current) && self.keys.contains_key(&other.current) && unchanged
    }

    /// Reads a ring's text.
    pub(crate) fn parse(text: &SecretString) -> Result<Self, SecretsError> {
        let members: BTreeMap<&str, Member<'_>> =
            serde_json::from_str(text.expose_secret()).map_err(|_| SecretsError::Corrupt)?;
        let (mut current, mut keys) = (None, HashMap::new());
        for (id, member) in members {
            match member {
                Member::Text(name) if id == CURRENT => current = Some(name.to_owned()),
                Member::Text(hex) => {
                    keys.insert(id.to_owned(), from_hex(hex)?);
                }
                Member::Keys(older) => {
                    for (id, base64) in older {
                        keys.insert(id.to_owned(), from_base64(base64)?);
                    }
                }
            }
        }
        let current = current.filter(|current| keys.contains_key(current));
        let current = current.ok_or(SecretsError::Corrupt)?;
        Ok(Self { current, keys })
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

/// A member of the text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Member<'a> {
    #[serde(borrow)]
    Text(&'a str),
    /// All keys, in a text of an earlier version.
    #[serde(borrow)]
    Keys(BTreeMap<&'a str, &'a str>),
}

fn from_base64(text: &str) -> Result<SealingKey, SecretsError> {
    let bytes = STANDARD.decode(text).map(Zeroizing::new);
    let bytes = bytes.map_err(|_| SecretsError::Corrupt)?;
    let mut key = Box::new([0; KEY_BYTES]);
    if bytes.len() != KEY_BYTES {
        return Err(SecretsError::Corrupt);
    }
    key.copy_from_slice(&bytes);
    Ok(SecretBox::new(key))
}

fn from_hex(hex: &str) -> Result<SealingKey, SecretsError> {
    let mut key = Box::new([0; KEY_BYTES]);
    if hex.len() != 2 * KEY_BYTES {
        return Err(SecretsError::Corrupt);
    }
    for (byte, pair) in key.iter_mut().zip(hex.as_bytes().chunks_exact(2)) {
        for digit in pair {
            let digit = char::from(*digit).to_digit(16);
            let digit = digit.and_then(|digit| u8::try_from(digit).ok());
            *byte = *byte << 4 | digit.ok_or(SecretsError::Corrupt)?;
        }
    }
    Ok(SecretBox::new(key))
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
        let text = Ring::generate(&mut rand::rng()).text();
        let ring = Ring::parse(&text).unwrap();
        let (id, key) = ring.current().unwrap();
        assert_eq!(ring.get(id).unwrap().expose_secret(), key.expose_secret());
        let members: BTreeMap<&str, &str> = serde_json::from_str(text.expose_secret()).unwrap();
        assert!(!format!("{ring:?}").contains(members[id]));
        assert_ne!(key.expose_secret(), &[0; KEY_BYTES]);
    }

    #[test]
    fn a_ring_may_have_several_keys_in_digits_of_either_case() {
        let text = format!(
            r#"{{"current":"b","a":"{}","b":"{}"}}"#,
            "0f".repeat(KEY_BYTES),
            "A1".repeat(KEY_BYTES)
        );
        let ring = Ring::parse(&SecretString::from(text)).unwrap();
        assert_eq!(ring.get("a").unwrap().expose_secret(), &[0x0f; KEY_BYTES]);
        let (id, key) = ring.current().unwrap();
        assert_eq!((id, key.expose_secret()), ("b", &[0xa1; KEY_BYTES]));
    }

    #[test]
    fn a_ring_of_an_earlier_version_is_read() {
        let key = STANDARD.encode([7; KEY_BYTES]);
        let text = format!(r#"{{"current":"a","keys":{{"a":"{key}"}}}}"#);
        let ring = Ring::parse(&SecretString::from(text)).unwrap();
        assert_eq!(ring.get("a").unwrap().expose_secret(), &[7; KEY_BYTES]);
    }

    #[test]
    fn a_text_that_is_no_ring_is_corrupt() {
        let key = "01".repeat(KEY_BYTES);
        let texts = [
            String::new(),
            r#"{"current":"a"}"#.to_owned(),
            format!(r#"{{"a":"{key}"}}"#),
            format!(r#"{{"current":"a","b":"{key}"}}"#),
            format!(r#"{{"current":"current","a":"{key}"}}"#),
            format!(r#"{{"current":"a","a":"{key}0"}}"#),
            format!(r#"{{"current":"a","a":"{}"}}"#, "0g".repeat(KEY_BYTES)),
        ];
        for text in texts {
            let error = Ring::parse(&SecretString::from(text)).unwrap_err();
            assert_eq!(error, SecretsError::Corrupt);
        }
    }
}
