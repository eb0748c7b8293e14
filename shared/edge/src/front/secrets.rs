//! The secrets by which a network in front is known.

use std::fmt;

use subtle::{Choice, ConstantTimeEq};

use crate::ConfigError;

/// A shorter secret could be guessed.
const MIN_CHARS: usize = 32;

/// The secrets that are accepted: one, and during a change of it two.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct OriginSecrets(Vec<String>);

impl OriginSecrets {
    /// Reads a list separated by commas; none where there is no text.
    pub(crate) fn read(name: &'static str, text: Option<&str>) -> Result<Self, ConfigError> {
        let secrets = text.into_iter().flat_map(|text| text.split(','));
        let secrets: Vec<_> = secrets.map(|it| it.trim().to_owned()).collect();
        if secrets.iter().all(|secret| secret.len() >= MIN_CHARS) {
            Ok(Self(secrets))
        } else {
            Err(ConfigError::Invalid {
                name,
                expected: "a list of secrets of 32 characters or more, separated by commas",
            })
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it is one of them, in a time that does not depend on how much of it is right.
    pub(crate) fn know(&self, shown: &[u8]) -> bool {
        let matches = self.0.iter().map(|secret| secret.as_bytes().ct_eq(shown));
        matches.fold(Choice::from(0), |any, it| any | it).into()
    }
}

impl fmt::Debug for OriginSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OriginSecrets({})", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_that_could_be_guessed_is_refused_and_none_is_shown() {
        let read = |text| OriginSecrets::read("WEIR_ORIGIN_SECRETS", text);
        assert!(read(None).unwrap().is_empty());
        let secret = "s".repeat(MIN_CHARS);
        assert_eq!(
            format!("{:?}", read(Some(&secret)).unwrap()),
            "OriginSecrets(1)"
        );
        for text in ["short", &format!("{secret},"), &format!("{secret},short")] {
            insta::allow_duplicates! {
                insta::assert_snapshot!(read(Some(text)).unwrap_err(), @"the environment variable WEIR_ORIGIN_SECRETS must be a list of secrets of 32 characters or more, separated by commas");
            }
        }
    }
}
