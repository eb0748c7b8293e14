//! What is kept of a key's text: its SHA-256.
//!
//! A key's secret has 190 random bits, so a fast hash is enough: there is nothing to guess that a
//! slow one would protect, and a slow one would be a lever for exhausting the service.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};

/// The SHA-256 of a key's whole text. Compares in constant time; its `Debug` shows nothing of it.
#[derive(Clone, Copy)]
pub struct SecretHash([u8; 32]);

impl SecretHash {
    /// Stands in where there is no hash to compare with: no text with this hash is known. A match
    /// with it must never count.
    pub(crate) const DUMMY: Self = Self([0; 32]);

    /// Hashes a key's text.
    pub fn of(key_text: &str) -> Self {
        Self(Sha256::digest(key_text.as_bytes()).into())
    }

    /// The hash as it was stored.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The hash's bytes, to be stored.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl ConstantTimeEq for SecretHash {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.0.as_slice().ct_eq(other.0.as_slice())
    }
}

impl PartialEq for SecretHash {
    fn eq(&self, other: &Self) -> bool {
        self.ct_eq(other).into()
    }
}

impl Eq for SecretHash {}

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash")
    }
}

/// Bytes; 64 lower-case hexadecimal digits in a text format such as JSON.
impl Serialize for SecretHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            return serializer.serialize_bytes(&self.0);
        }
        let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
        let hex: String = self
            .0
            .iter()
            .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
            .collect();
        serializer.serialize_str(&hex)
    }
}

impl<'de> Deserialize<'de> for SecretHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_str(HashVisitor)
        } else {
            deserializer.deserialize_bytes(HashVisitor)
        }
    }
}

struct HashVisitor;

impl de::Visitor<'_> for HashVisitor {
    type Value = SecretHash;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a SHA-256 hash: 32 bytes or 64 hexadecimal digits")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<SecretHash, E> {
        // The error must not repeat the value, so serde's own "invalid value" is not used.
        let invalid = || E::custom("expected 64 hexadecimal digits");
        if text.len() != 64 {
            return Err(invalid());
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            *byte = pair.iter().try_fold(0, |value, digit| {
                let digit = char::from(*digit)
                    .to_digit(16)
                    .and_then(|digit| digit.try_into().ok());
                digit
                    .map(|digit: u8| value << 4 | digit)
                    .ok_or_else(invalid)
            })?;
        }
        Ok(SecretHash(bytes))
    }

    fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<SecretHash, E> {
        bytes
            .try_into()
            .map(SecretHash)
            .map_err(|_| E::custom("expected 32 bytes"))
    }
}

/// Which of a key's two secrets a caller used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SecretSlot {
    /// The newest one.
    Current,
    /// The one before the last rotation, still accepted until its deadline.
    Previous,
}

impl SecretSlot {
    /// The name in items and answers, as serde writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Previous => "previous",
        }
    }

    /// The slot of that name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Current, Self::Previous]
            .into_iter()
            .find(|slot| slot.as_str() == name)
    }
}
