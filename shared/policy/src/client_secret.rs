//! The text of the metrics key's client secret: `weir_mcs_<secret><checksum>`.
//!
//! Branded and checked as a key is, so that secret scanners find it where it leaked. It names no
//! key: whoever presents it presents the API key beside it.

use std::fmt;

use rand::CryptoRng;
use rand::distr::{Alphanumeric, SampleString};
use secrecy::{ExposeSecret, SecretString};

use crate::checksum::{CHECKSUM_CHARS, checksum};
use crate::{KeyFormatError, SecretHash};

/// What every client secret starts with. Scanners know it: it never changes.
const BRAND: &str = "weir_mcs_";
/// Length of the secret, in base62 characters: 190 bits.
const SECRET_CHARS: usize = 32;

/// A well-formed client secret. Whether anyone issued it is another question.
///
/// Its `Debug` says nothing; the text is wiped from memory on drop. Two are compared by their
/// hashes, in constant time.
#[derive(Clone)]
pub struct ClientSecret(SecretString);

impl ClientSecret {
    /// Parses a client secret's text: brand, length, alphabet, checksum.
    pub fn parse(text: &str) -> Result<Self, KeyFormatError> {
        let rest = text.strip_prefix(BRAND).ok_or(KeyFormatError::Brand)?;
        if rest.len() != SECRET_CHARS + CHECKSUM_CHARS {
            return Err(KeyFormatError::Length);
        }
        if !rest.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(KeyFormatError::Alphabet);
        }
        let (body, check) = text
            .as_bytes()
            .split_last_chunk::<CHECKSUM_CHARS>()
            .ok_or(KeyFormatError::Length)?;
        if checksum(body) != *check {
            return Err(KeyFormatError::Checksum);
        }
        Ok(Self(text.into()))
    }

    /// A new random client secret.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        // Exactly as large as needed: growing would leave a copy that nobody wipes.
        let mut text = String::with_capacity(BRAND.len() + SECRET_CHARS + CHECKSUM_CHARS);
        text.push_str(BRAND);
        Alphanumeric.append_string(rng, &mut text, SECRET_CHARS);
        let check = checksum(text.as_bytes());
        text.extend(check.map(char::from));
        Self(text.into())
    }

    /// The hash of the whole text: what is compared.
    pub fn hash(&self) -> SecretHash {
        SecretHash::of(self.0.expose_secret())
    }

    /// The whole text: for the one who is given it, and for keeping it.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientSecret")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_secret_is_read_back_and_shows_nothing_of_itself() {
        let secret = ClientSecret::generate(&mut rand::rng());
        let read = ClientSecret::parse(secret.expose()).unwrap();
        assert_eq!(read.hash(), secret.hash());
        assert_ne!(
            ClientSecret::generate(&mut rand::rng()).hash(),
            secret.hash()
        );
        assert_eq!(format!("{secret:?}"), "ClientSecret");
    }

    #[test]
    fn a_text_with_a_wrong_character_is_none() {
        let secret = ClientSecret::generate(&mut rand::rng());
        let text = secret.expose();
        let refused = |text: &str| ClientSecret::parse(text).unwrap_err();
        assert_eq!(refused(""), KeyFormatError::Brand);
        assert_eq!(refused("weir_metrics_x"), KeyFormatError::Brand);
        assert_eq!(refused(&text[..text.len() - 1]), KeyFormatError::Length);
        assert_eq!(
            refused(&format!("{}-", &text[..text.len() - 1])),
            KeyFormatError::Alphabet
        );
        for place in BRAND.len()..text.len() {
            let mut other = text.as_bytes().to_vec();
            other[place] = if other[place] == b'a' { b'b' } else { b'a' };
            let other = String::from_utf8(other).unwrap();
            assert_eq!(refused(&other), KeyFormatError::Checksum);
        }
    }
}
