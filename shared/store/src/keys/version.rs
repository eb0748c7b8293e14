//! Which state of a key somebody has seen.

use std::fmt;
use std::str::FromStr;

/// Which state of a key somebody has seen. Whoever changes the key on condition of it overwrites
/// nobody else's change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyVersion {
    /// The version of its policy, counted from 1.
    pub policy: u64,
    /// Counts the changes of everything else: name, tags, state, expiry, secret; from 1.
    pub details: u64,
}

impl KeyVersion {
    /// The version of a new key.
    pub const FIRST: Self = Self {
        policy: 1,
        details: 1,
    };
}

/// A text that is not the version of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a version such as 1.1")]
pub struct KeyVersionError;

impl fmt::Display for KeyVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.policy, self.details)
    }
}

impl FromStr for KeyVersion {
    type Err = KeyVersionError;

    fn from_str(text: &str) -> Result<Self, KeyVersionError> {
        let (policy, details) = text.split_once('.').ok_or(KeyVersionError)?;
        let number = |text: &str| text.parse().map_err(|_| KeyVersionError);
        Ok(Self {
            policy: number(policy)?,
            details: number(details)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_back_from_its_text() {
        let version = KeyVersion {
            policy: 3,
            details: 12,
        };
        assert_eq!(version.to_string().parse(), Ok(version));
        for text in ["", "3", "3.", ".3", "3.x", "-1.1"] {
            assert_eq!(text.parse::<KeyVersion>(), Err(KeyVersionError), "{text}");
        }
    }
}
