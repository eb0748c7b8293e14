//! A policy made ready for being asked on every request.

use std::collections::HashSet;
use std::fmt;
use std::net::IpAddr;

use event::Timestamp;

use crate::event_matcher::EventMatcher;
use crate::{AddressMatcher, AddressRules, EventRules, Policy};

/// A [`Policy`] made ready for being asked on every request. Immutable, as a version of a policy is.
#[derive(Clone)]
pub struct CompiledPolicy {
    /// `None`: anywhere.
    addresses: Option<AddressMatcher>,
    /// `None`: all.
    events: Option<EventMatcher>,
    /// `None`: any.
    origins: Option<HashSet<Box<str>>>,
}

impl CompiledPolicy {
    /// Compiles the policy: once per version.
    pub fn new(policy: &Policy) -> Self {
        Self {
            addresses: match &policy.addresses {
                AddressRules::Anywhere => None,
                AddressRules::Specific(rows) => Some(AddressMatcher::new(rows)),
            },
            events: match &policy.events {
                EventRules::All => None,
                EventRules::Only(patterns) => Some(EventMatcher::new(patterns)),
            },
            origins: policy.origins.as_ref().map(|origins| {
                origins
                    .iter()
                    .map(|origin| origin.to_ascii_lowercase().into())
                    .collect()
            }),
        }
    }

    /// Whether the key may be used from the address.
    pub fn admits_address(&self, address: IpAddr, now: Timestamp) -> bool {
        self.addresses
            .as_ref()
            .is_none_or(|addresses| addresses.admits(address, now))
    }

    /// Whether the key may send events of that name.
    pub fn admits_event(&self, name: &str) -> bool {
        self.events
            .as_ref()
            .is_none_or(|events| events.admits(name))
    }

    /// Whether the key may be used from the web origin, given as the browser sent it.
    pub fn admits_origin(&self, origin: &str) -> bool {
        self.origins
            .as_ref()
            .is_none_or(|origins| origins.contains(origin))
    }
}

impl fmt::Debug for CompiledPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CompiledPolicy")
            .field("anywhere", &self.addresses.is_none())
            .field("all_events", &self.events.is_none())
            .field("any_origin", &self.origins.is_none())
            .finish()
    }
}

impl From<&Policy> for CompiledPolicy {
    fn from(policy: &Policy) -> Self {
        Self::new(policy)
    }
}
