//! What is known about a key, as the rules look at it.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use event::{Source, Timestamp};
use policy::{KeyKind, Policy};
use store::{HourUsage, KeyTraffic};

/// A network counts if it sent one request in so many: who only tried a key once is no source.
const NOTABLE: u64 = 100;

/// A key and what came with it lately.
#[derive(Debug, Clone, Copy)]
pub(super) struct Facts<'a> {
    pub(super) kind: KeyKind,
    pub(super) policy: &'a Policy,
    /// Since when it has its text.
    pub(super) secret_since: Timestamp,
    /// How many names of events came.
    pub(super) names: usize,
    /// From how many networks a notable part came.
    pub(super) networks: usize,
    /// In which wire formats.
    pub(super) formats: &'a BTreeSet<Source>,
    /// The hours of the last eight days.
    pub(super) hours: &'a BTreeMap<Timestamp, HourUsage>,
    pub(super) now: Timestamp,
}

/// How many different names of events came.
pub(super) fn names(traffic: &KeyTraffic) -> usize {
    let senders = traffic.senders.values();
    let names: BTreeSet<_> = senders.flat_map(|sender| sender.events.keys()).collect();
    names.len()
}

/// The networks from which a notable part of the requests came: of IPv4 by the first 24 bits, of IPv6
/// by the first 48. So a site with many machines counts once.
pub(super) fn networks(traffic: &KeyTraffic) -> usize {
    let mut requests = BTreeMap::<[u8; 6], u64>::new();
    for (address, sender) in &traffic.senders {
        if let Some(network) = address.map(network) {
            *requests.entry(network).or_default() += sender.requests;
        }
    }
    let all: u64 = requests.values().sum();
    let is_notable = |count: &&u64| count.saturating_mul(NOTABLE) >= all && **count > 0;
    requests.values().filter(is_notable).count()
}

fn network(address: IpAddr) -> [u8; 6] {
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            let [first, second, third, _] = v4.octets();
            [first, second, third, 0, 0, 4]
        }
        IpAddr::V6(v6) => {
            let bytes = v6.octets();
            let (network, _) = bytes.split_first_chunk().unwrap_or((&[0; 6], &[]));
            *network
        }
    }
}

#[cfg(test)]
mod tests {
    use store::Sender;

    use super::*;

    fn traffic(senders: &[(&str, u64)]) -> KeyTraffic {
        let sender = |&(address, requests): &(&str, u64)| {
            let sender = Sender {
                requests,
                ..Sender::default()
            };
            (address.parse().ok(), sender)
        };
        KeyTraffic {
            senders: senders.iter().map(sender).collect(),
            ..KeyTraffic::default()
        }
    }

    #[test]
    fn machines_of_one_network_count_once_and_a_single_try_not_at_all() {
        let senders = [
            ("192.0.2.1", 300),
            ("192.0.2.200", 300),
            ("198.51.100.7", 300),
            ("2001:db8:1::1", 300),
            ("2001:db8:1:ffff::1", 300),
            ("203.0.113.1", 1),
            ("unknown", 300),
        ];
        assert_eq!(networks(&traffic(&senders)), 3);
        assert_eq!(networks(&traffic(&[])), 0);
    }
}
