//! Why a request, or one event of it, is refused.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why the answer is no. What a caller is told says which rule, never what the rule contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The request carries no key.
    KeyMissing,
    /// What it carries is no key.
    KeyMalformed,
    /// No such key, or a wrong secret: a caller cannot tell which.
    KeyUnknown,
    /// The key was revoked.
    KeyRevoked,
    /// The key is switched off.
    KeyDisabled,
    /// The key's time is over.
    KeyExpired,
    /// The key may not be used from the caller's address.
    #[serde(rename = "ip_not_allowed")]
    AddressNotAllowed,
    /// The key's kind does not have the operation.
    ScopeMissing,
    /// The key may not send events of that name.
    EventNotAllowed,
}

impl Refusal {
    /// Every refusal, in the order in which a request meets them.
    pub const ALL: [Self; 9] = [
        Self::KeyMissing,
        Self::KeyMalformed,
        Self::KeyUnknown,
        Self::KeyRevoked,
        Self::KeyDisabled,
        Self::KeyExpired,
        Self::AddressNotAllowed,
        Self::ScopeMissing,
        Self::EventNotAllowed,
    ];

    /// The code in answers and metrics. Clients switch on it: it never changes.
    pub const fn code(self) -> &'static str {
        match self {
            Self::KeyMissing => "key_missing",
            Self::KeyMalformed => "key_malformed",
            Self::KeyUnknown => "key_unknown",
            Self::KeyRevoked => "key_revoked",
            Self::KeyDisabled => "key_disabled",
            Self::KeyExpired => "key_expired",
            Self::AddressNotAllowed => "ip_not_allowed",
            Self::ScopeMissing => "scope_missing",
            Self::EventNotAllowed => "event_not_allowed",
        }
    }

    /// What a caller may read: which rule refused and what to do, no address and no list.
    pub const fn message(self) -> &'static str {
        match self {
            Self::KeyMissing => "the request carries no API key",
            Self::KeyMalformed => "the API key is malformed: check that it was copied whole",
            Self::KeyUnknown => "the API key is not known",
            Self::KeyRevoked => "the API key was revoked",
            Self::KeyDisabled => "the API key is disabled",
            Self::KeyExpired => "the API key has expired",
            Self::AddressNotAllowed => {
                "the API key may not be used from the address of this request"
            }
            Self::ScopeMissing => "the API key is of a kind that may not do this",
            Self::EventNotAllowed => "the API key may not send events of this name",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
