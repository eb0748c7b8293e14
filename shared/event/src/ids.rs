//! Identifiers, parsed once at the edge: a value of these types is valid by construction.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Longest user id, anonymous id, session id or event id accepted, in characters.
pub const MAX_ID_CHARS: usize = 128;
/// Longest event name accepted, in characters.
pub const MAX_EVENT_NAME_CHARS: usize = 128;
/// Length of a key id, in characters.
pub const KEY_ID_CHARS: usize = 12;

/// Why a text is not the identifier it should be. The message names the rule, never the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Nothing, or nothing but white space.
    #[error("must not be empty")]
    Empty,
    /// Longer than the limit.
    #[error("must be at most {max} characters")]
    TooLong {
        /// The limit, in characters.
        max: usize,
    },
    /// A character that the identifier may not have.
    #[error("must not contain {0}")]
    Forbidden(&'static str),
}

/// Checks a free-text identifier (user, anonymous, session or event id) without copying it.
pub fn check_id(text: &str) -> Result<(), IdError> {
    check_text(text, MAX_ID_CHARS)
}

/// Checks an event name without copying it: what [`EventName`] accepts.
pub fn check_event_name(text: &str) -> Result<(), IdError> {
    check_text(text, MAX_EVENT_NAME_CHARS)
}

fn check_text(text: &str, max: usize) -> Result<(), IdError> {
    if text.trim_ascii().is_empty() {
        return Err(IdError::Empty);
    }
    // Most texts are shorter in bytes than the limit in characters: no need to count those.
    if text.len() > max && text.chars().count() > max {
        return Err(IdError::TooLong { max });
    }
    // Looks at every byte, without an early end: so the compiler takes many at once.
    if text
        .bytes()
        .fold(false, |found, byte| found | byte.is_ascii_control())
    {
        return Err(IdError::Forbidden("a control character"));
    }
    Ok(())
}

/// Checks an identifier that Weir makes: as many letters and digits as a key id has.
fn check_code(text: &str) -> Result<(), IdError> {
    if text.is_empty() {
        return Err(IdError::Empty);
    }
    if text.len() != KEY_ID_CHARS || !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(IdError::Forbidden("anything but 12 letters and digits"));
    }
    Ok(())
}

const fn is_lower_hex(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b'a'..=b'f')
}

/// An identifier of one shape: what is not of it is refused with what it may not have.
fn shaped(text: &str, is_good: bool, otherwise: &'static str) -> Result<(), IdError> {
    match (text.is_empty(), is_good) {
        (true, _) => Err(IdError::Empty),
        (false, true) => Ok(()),
        (false, false) => Err(IdError::Forbidden(otherwise)),
    }
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $check:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Box<str>);

        impl $name {
            /// Parses the text, keeping it as it is.
            pub fn parse(text: &str) -> Result<Self, IdError> {
                ($check)(text)?;
                Ok(Self(text.into()))
            }

            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;

            fn try_from(text: String) -> Result<Self, IdError> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0.into()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({:?})", stringify!($name), self.0)
            }
        }
    };
}

text_id!(
    /// A workspace: the tenant. 1 to 32 characters of `a-z`, `0-9` and `-`; the first component of
    /// every partition key that holds a tenant's data.
    WorkspaceId,
    |text: &str| {
        if text.is_empty() {
            return Err(IdError::Empty);
        }
        if text.len() > 32 {
            return Err(IdError::TooLong { max: 32 });
        }
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if !text.bytes().all(allowed) {
            return Err(IdError::Forbidden("anything but a-z, 0-9 and -"));
        }
        Ok(())
    }
);

text_id!(
    /// A key's public identifier: 12 characters of `0-9A-Za-z`. It may be logged.
    KeyId,
    check_code
);

text_id!(
    /// A service account: 12 characters of `0-9A-Za-z`.
    ServiceAccountId,
    check_code
);

text_id!(
    /// A saved metric: 12 characters of `0-9A-Za-z`.
    MetricId,
    check_code
);

text_id!(
    /// A workflow: 12 characters of `0-9A-Za-z`.
    WorkflowId,
    check_code
);

text_id!(
    /// What a call of the API names to start a workflow: a UUID in lower case.
    TriggerId,
    |text: &str| {
        let is_good = text.len() == 36
            && text.bytes().enumerate().all(|(place, byte)| match place {
                8 | 13 | 18 | 23 => byte == b'-',
                _ => is_lower_hex(byte),
            });
        shaped(text, is_good, "anything but a UUID in lower case")
    }
);

text_id!(
    /// A run of a workflow: 32 lower-case hexadecimal digits.
    RunId,
    |text: &str| {
        let is_good = text.len() == 32 && text.bytes().all(is_lower_hex);
        shaped(text, is_good, "anything but 32 hexadecimal digits")
    }
);

text_id!(
    /// The name of an event: 1 to 128 characters, no control characters.
    EventName,
    check_event_name
);

text_id!(
    /// A known user's or an anonymous device's identifier as its sender chose it: 1 to 128
    /// characters, no control characters.
    UserId,
    check_id
);
