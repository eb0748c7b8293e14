//! Who did something, as lists and the audit log show it.

use std::fmt;

use event::KeyId;

/// Who did something in a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// The command that makes a workspace.
    Bootstrap,
    /// A service account, by one of its API keys.
    ServiceAccount {
        /// The account's name.
        name: String,
        /// The key.
        key: KeyId,
    },
    /// A person who signed in.
    Person {
        /// The identity provider's name for the person, which never changes.
        subject: String,
        /// What people call them: an e-mail address or a user name.
        name: String,
    },
}

impl Actor {
    /// The kind of actor: `bootstrap`, `service_account` or `person`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Bootstrap => "bootstrap",
            Self::ServiceAccount { .. } => "service_account",
            Self::Person { .. } => "person",
        }
    }

    /// What identifies the actor for good: a key's id, a person's subject.
    pub fn id(&self) -> &str {
        match self {
            Self::Bootstrap => "bootstrap",
            Self::ServiceAccount { key, .. } => key.as_str(),
            Self::Person { subject, .. } => subject,
        }
    }
}

/// The name that people know.
impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bootstrap => "bootstrap",
            Self::ServiceAccount { name, .. } | Self::Person { name, .. } => name,
        })
    }
}
