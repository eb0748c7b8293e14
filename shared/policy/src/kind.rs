//! The kinds of keys, and what each may do.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Operation, Role};

/// What a key is for. The kind alone decides which operations it may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyKind {
    /// Integration, write-only: events and profile updates in, nothing out.
    WriteOnly,
    /// Integration, read & write: also reads and deletes profiles and triggers workflows.
    ReadWrite,
    /// Ingestion by a sensor: OTLP and JSON logs; reads its remote configuration.
    Sensor,
    /// Ingestion by browsers: the RUM path only.
    Rum,
    /// Ingestion by third parties: OTLP, Firehose and JSON logs.
    ThirdParty,
    /// Exchanged, with the client secret, for a short-lived access token.
    Metrics,
    /// A service account: the admin API as its role, and reads.
    ServiceAccount,
}

impl KeyKind {
    /// Every kind, in the order of the enum.
    pub const ALL: [Self; 7] = [
        Self::WriteOnly,
        Self::ReadWrite,
        Self::Sensor,
        Self::Rum,
        Self::ThirdParty,
        Self::Metrics,
        Self::ServiceAccount,
    ];

    /// The tag in a key's text, as in `weir_wo_…`. Issued keys carry it: it never changes.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::WriteOnly => "wo",
            Self::ReadWrite => "rw",
            Self::Sensor => "sensor",
            Self::Rum => "rum",
            Self::ThirdParty => "tp",
            Self::Metrics => "metrics",
            Self::ServiceAccount => "sa",
        }
    }

    /// The kind with that tag.
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.tag() == tag)
    }

    /// The name in items and answers, as serde writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WriteOnly => "write_only",
            Self::ReadWrite => "read_write",
            Self::Sensor => "sensor",
            Self::Rum => "rum",
            Self::ThirdParty => "third_party",
            Self::Metrics => "metrics",
            Self::ServiceAccount => "service_account",
        }
    }

    /// The kind of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// Whether an admin may see the key's text again after it was issued.
    pub const fn revealable(self) -> bool {
        !matches!(self, Self::ServiceAccount)
    }

    /// The least role that may make, change, rotate and switch keys of this kind. What opens all that
    /// is stored, or administers, is an admin's.
    pub const fn least_role(self) -> Role {
        match self {
            Self::WriteOnly | Self::ReadWrite | Self::Sensor | Self::Rum | Self::ThirdParty => {
                Role::Editor
            }
            Self::Metrics | Self::ServiceAccount => Role::Admin,
        }
    }

    /// What people call it, as pages show it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::WriteOnly => "Integration write-only",
            Self::ReadWrite => "Integration read & write",
            Self::Sensor => "Sensor",
            Self::Rum => "RUM",
            Self::ThirdParty => "Third party",
            Self::Metrics => "Metrics",
            Self::ServiceAccount => "API key",
        }
    }

    /// Whether a key of this kind may use the operation. Each may be asked about.
    pub const fn permits(self, operation: Operation) -> bool {
        use Operation as Op;
        if matches!(operation, Op::CheckHealth) {
            return true;
        }
        match self {
            Self::WriteOnly => matches!(operation, Op::SendEvents | Op::UpdateProfile),
            Self::ReadWrite => matches!(
                operation,
                Op::SendEvents
                    | Op::UpdateProfile
                    | Op::ReadProfile
                    | Op::DeleteProfile
                    | Op::TriggerWorkflow
            ),
            Self::Sensor => {
                matches!(
                    operation,
                    Op::SendOtlp | Op::SendJsonLogs | Op::ReadRemoteConfig
                )
            }
            Self::Rum => matches!(operation, Op::SendRum),
            Self::ThirdParty => {
                matches!(
                    operation,
                    Op::SendOtlp | Op::SendFirehose | Op::SendJsonLogs
                )
            }
            Self::Metrics => matches!(operation, Op::MintToken),
            Self::ServiceAccount => matches!(
                operation,
                Op::Administer | Op::ReadProfile | Op::QueryMetrics
            ),
        }
    }
}

impl fmt::Display for KeyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
