//! A policy as an admin wrote it, and what is wrong or odd about it, field by field.

mod check;
mod json;

use event::Timestamp;
use serde::{Deserialize, Serialize};

pub use check::{
    CheckedPolicy, DescriptionError, FieldError, FieldProblem, InvalidPolicy, Warning,
    WarningReason,
};

use crate::{AddressRow, AddressRules, EventRules, Policy};

/// The JSON form of a policy, with every text as it was written.
///
/// Members that the form does not know are refused, and so is a missing `addresses` or `events`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct PolicyDraft {
    /// `"anywhere"` or a list of rows.
    pub addresses: AddressesDraft,
    /// `"all"` or a list of patterns.
    pub events: EventsDraft,
    /// Web origins; absent or null: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origins: Option<Vec<String>>,
}

/// Address rules as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AddressesDraft {
    /// `"anywhere"`.
    Anywhere,
    /// The rows.
    Specific(Vec<RowDraft>),
}

/// An address row as written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct RowDraft {
    /// An address or a CIDR range.
    pub cidr: String,
    /// What a person says about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// When the row ends, in milliseconds since 1970-01-01T00:00:00Z.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

/// Event rules as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventsDraft {
    /// `"all"`.
    All,
    /// The patterns.
    Only(Vec<String>),
}

impl From<Policy> for PolicyDraft {
    fn from(policy: Policy) -> Self {
        Self {
            addresses: match policy.addresses {
                AddressRules::Anywhere => AddressesDraft::Anywhere,
                AddressRules::Specific(rows) => {
                    AddressesDraft::Specific(rows.into_iter().map(RowDraft::from).collect())
                }
            },
            events: match policy.events {
                EventRules::All => EventsDraft::All,
                EventRules::Only(patterns) => {
                    EventsDraft::Only(patterns.iter().map(ToString::to_string).collect())
                }
            },
            origins: policy.origins,
        }
    }
}

impl From<AddressRow> for RowDraft {
    fn from(row: AddressRow) -> Self {
        Self {
            cidr: row.network.to_string(),
            description: row.description,
            expires_at: row.expires_at,
        }
    }
}

impl TryFrom<PolicyDraft> for Policy {
    type Error = InvalidPolicy;

    fn try_from(draft: PolicyDraft) -> Result<Self, InvalidPolicy> {
        draft.check().map(|checked| checked.policy)
    }
}
