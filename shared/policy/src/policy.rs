//! What a key may do beyond its kind: from where, and which events.

use serde::{Deserialize, Serialize};

use crate::{AddressRules, EventRules, PolicyDraft};

/// Most address rows in a policy. The matcher itself takes any number.
pub const MAX_ADDRESS_ROWS: usize = 1_000;
/// Most event patterns in a policy.
pub const MAX_EVENT_PATTERNS: usize = 500;
/// Most origins in a policy.
pub const MAX_ORIGINS: usize = 100;
/// Longest description of an address row, in characters.
pub const MAX_DESCRIPTION_CHARS: usize = 200;

/// The rules of one key in one version. The default: from anywhere, all events, any origin.
///
/// As JSON: `{"addresses": "anywhere" | [{"cidr", "description"?, "expiresAt"?}], "events": "all" |
/// [names], "origins"?: [origins]}`. Unknown and missing members are refused: a typo must not widen
/// a policy.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "PolicyDraft", into = "PolicyDraft")]
pub struct Policy {
    /// From where the key may be used.
    pub addresses: AddressRules,
    /// Which events it may send.
    pub events: EventRules,
    /// The web origins it may be used from, as browsers send them; `None`: any.
    pub origins: Option<Vec<String>>,
}
