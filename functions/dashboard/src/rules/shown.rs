//! The rules of a key, to be read.

use policy::{AddressRules, EventRules, KeyKind, Policy};

use super::row::Row;

/// The rules of a key, to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shown {
    /// None: from anywhere.
    pub(crate) addresses: Option<Vec<Row>>,
    /// None: all.
    pub(crate) events: Option<Vec<String>>,
    /// Web origins; none: any.
    pub(crate) origins: Option<Vec<String>>,
    /// Whether they are shown: to keys of other kinds they mean nothing as long as there are none.
    pub(crate) shows_origins: bool,
    /// Which events, in the words of the key's kind; none where it sends none.
    pub(crate) words: Option<Words>,
}

/// What the events of a kind are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Words {
    pub(crate) title: &'static str,
    pub(crate) all: &'static str,
    pub(crate) specific: &'static str,
}

impl Words {
    /// Those of the kind; none where it sends no events.
    pub(crate) const fn of(kind: KeyKind) -> Option<Self> {
        match kind {
            KeyKind::WriteOnly | KeyKind::ReadWrite => Some(Self {
                title: "Allowed Profile Events",
                all: "All Profile Events",
                specific: "Specific Profile Events",
            }),
            KeyKind::Sensor | KeyKind::Rum | KeyKind::ThirdParty => Some(Self {
                title: "Allowed Events",
                all: "All events",
                specific: "Specific events",
            }),
            KeyKind::Metrics | KeyKind::ServiceAccount => None,
        }
    }
}

/// Whether the form asks from which web origins a key of that kind may be used: web pages use it.
pub(super) fn has_origins(kind: KeyKind) -> bool {
    kind == KeyKind::Rum
}

impl Shown {
    pub(crate) fn new(kind: KeyKind, policy: &Policy) -> Self {
        Self {
            addresses: match &policy.addresses {
                AddressRules::Anywhere => None,
                AddressRules::Specific(rows) => Some(rows.iter().map(Row::from).collect()),
            },
            events: match &policy.events {
                EventRules::All => None,
                EventRules::Only(names) => Some(names.iter().map(ToString::to_string).collect()),
            },
            origins: policy.origins.clone(),
            shows_origins: has_origins(kind) || policy.origins.is_some(),
            words: Words::of(kind),
        }
    }
}
