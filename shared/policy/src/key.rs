//! The text of a key: `weir_<tag>_<id>_<secret><checksum>`.
//!
//! The brand and the checksum let secret scanners find leaked keys; underscores keep the whole text
//! one word for a double click. The id is public: logs may name it. The secret is not.

use std::fmt;

use event::{KeyId, ids::KEY_ID_CHARS};
use rand::CryptoRng;
use rand::distr::{Alphanumeric, SampleString};
use secrecy::{ExposeSecret, SecretString};

use crate::checksum::{CHECKSUM_CHARS, checksum};
use crate::{KeyKind, SecretHash};

/// What every key starts with. Scanners know it: it never changes.
const BRAND: &str = "weir_";
/// Length of the secret, in base62 characters: 190 bits.
const SECRET_CHARS: usize = 32;
/// Length of what follows the tag and its underscore, in characters.
const TAIL_CHARS: usize = KEY_ID_CHARS + 1 + SECRET_CHARS + CHECKSUM_CHARS;

/// A well-formed key. Whether anyone issued it is another question.
///
/// Its `Debug` shows kind and id; the text is wiped from memory on drop.
#[derive(Clone)]
pub struct ApiKey {
    kind: KeyKind,
    id: KeyId,
    text: SecretString,
}

/// Why a text is no key. The message names the rule, never the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyFormatError {
    /// Does not start with `weir_`.
    #[error("must start with \"weir_\"")]
    Brand,
    /// No known kind follows the brand.
    #[error("must name a known kind of key after \"weir_\"")]
    Tag,
    /// Too short or too long.
    #[error("must have the length of a key")]
    Length,
    /// A character where it does not belong.
    #[error("must be letters and digits, with an underscore after the key id")]
    Alphabet,
    /// The last six characters are not the checksum of what precedes them.
    #[error("must end with its checksum: a character is wrong or missing")]
    Checksum,
}

impl ApiKey {
    /// Whether a text is meant as a key, well-formed or not: it starts like one.
    pub fn is_meant(text: &str) -> bool {
        text.starts_with(BRAND)
    }

    /// Parses a key's text: brand, tag, length, alphabet, checksum. Refusing allocates nothing.
    pub fn parse(text: &str) -> Result<Self, KeyFormatError> {
        let rest = text.strip_prefix(BRAND).ok_or(KeyFormatError::Brand)?;
        let (tag, tail) = rest.split_once('_').ok_or(KeyFormatError::Tag)?;
        let kind = KeyKind::from_tag(tag).ok_or(KeyFormatError::Tag)?;
        if tail.len() != TAIL_CHARS {
            return Err(KeyFormatError::Length);
        }
        let (id, secret) = tail.split_once('_').ok_or(KeyFormatError::Alphabet)?;
        let well_formed = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if id.len() != KEY_ID_CHARS || !well_formed(id) || !well_formed(secret) {
            return Err(KeyFormatError::Alphabet);
        }
        let (body, check) = text
            .as_bytes()
            .split_last_chunk::<CHECKSUM_CHARS>()
            .ok_or(KeyFormatError::Length)?;
        if checksum(body) != *check {
            return Err(KeyFormatError::Checksum);
        }
        let id = KeyId::parse(id).map_err(|_| KeyFormatError::Alphabet)?;
        Ok(Self {
            kind,
            id,
            text: text.into(),
        })
    }

    /// A new key with a random id and a random secret.
    #[expect(
        clippy::expect_used,
        clippy::missing_panics_doc,
        reason = "twelve letters and digits are a key id"
    )]
    pub fn generate(kind: KeyKind, rng: &mut impl CryptoRng) -> Self {
        let id = Alphanumeric.sample_string(rng, KEY_ID_CHARS);
        let id = KeyId::parse(&id).expect("twelve letters and digits");
        Self::generate_with_id(kind, id, rng)
    }

    /// A new secret under an id that exists: the other half of a rotation.
    pub fn generate_with_id(kind: KeyKind, id: KeyId, rng: &mut impl CryptoRng) -> Self {
        // Exactly as large as needed: growing or shrinking would leave a copy that nobody wipes.
        let mut text = String::with_capacity(BRAND.len() + kind.tag().len() + 1 + TAIL_CHARS);
        for part in [BRAND, kind.tag(), "_", id.as_str(), "_"] {
            text.push_str(part);
        }
        Alphanumeric.append_string(rng, &mut text, SECRET_CHARS);
        let check = checksum(text.as_bytes());
        text.extend(check.map(char::from));
        Self {
            kind,
            id,
            text: text.into(),
        }
    }

    /// What the key is for, as its tag says. The tag is part of what is hashed, so a key whose
    /// secret matches has the kind it says.
    pub const fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The public identifier, to look the key up by.
    pub const fn id(&self) -> &KeyId {
        &self.id
    }

    /// The hash of the whole text: what is stored and compared.
    pub fn secret_hash(&self) -> SecretHash {
        SecretHash::of(self.text.expose_secret())
    }

    /// The whole text: for the one who is given the key, and for sealing it.
    pub fn expose(&self) -> &str {
        self.text.expose_secret()
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKey")
            .field("kind", &self.kind)
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
