//! Which addresses a list of rows admits, in time that hardly grows with the list.

use std::net::IpAddr;

use event::Timestamp;
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use prefix_trie::{Prefix, PrefixMap};

use crate::AddressRow;
use crate::address::normal_form;

/// Stands for "never" in comparisons.
const FOREVER: Timestamp = Timestamp::from_millis(i64::MAX);

/// Address rows as two prefix tries, one per family.
///
/// An address is admitted if any row that covers it has not expired. Each network in the trie holds
/// the latest deadline of all rows that cover it, its own included, so the longest match alone
/// decides.
#[derive(Clone, Default)]
pub struct AddressMatcher {
    v4: PrefixMap<Ipv4Net, Timestamp>,
    v6: PrefixMap<Ipv6Net, Timestamp>,
}

impl AddressMatcher {
    /// Builds the tries. Networks need not be in normal form. No rows: nobody is admitted.
    pub fn new(rows: &[AddressRow]) -> Self {
        let mut networks: Vec<_> = rows
            .iter()
            .map(|row| (normal_form(row.network), row.expires_at.unwrap_or(FOREVER)))
            .collect();
        // Wide networks first, so that narrow ones find what covers them.
        networks.sort_by_key(|(network, _)| network.prefix_len());
        let mut matcher = Self::default();
        for (network, deadline) in networks {
            match network {
                IpNet::V4(v4) => insert(&mut matcher.v4, v4, deadline),
                IpNet::V6(v6) => insert(&mut matcher.v6, v6, deadline),
            }
        }
        matcher
    }

    /// Whether a row covers the address and has not expired. An IPv4-mapped IPv6 address is the
    /// IPv4 address it stands for.
    pub fn admits(&self, address: IpAddr, now: Timestamp) -> bool {
        let deadline = match address.to_canonical() {
            IpAddr::V4(v4) => deadline(&self.v4, &v4.into()),
            IpAddr::V6(v6) => deadline(&self.v6, &v6.into()),
        };
        deadline.is_some_and(|deadline| now < deadline)
    }
}

fn insert<N: Prefix>(trie: &mut PrefixMap<N, Timestamp>, network: N, own: Timestamp) {
    // A network that lasts no longer than one around it adds nothing.
    if deadline(trie, &network).is_none_or(|around| around < own) {
        trie.insert(network, own);
    }
}

fn deadline<N: Prefix>(trie: &PrefixMap<N, Timestamp>, network: &N) -> Option<Timestamp> {
    trie.get_lpm(network).map(|(_, deadline)| *deadline)
}
