use std::net::{IpAddr, Ipv6Addr};

use event::Timestamp;
use ipnet::IpNet;
use policy::{
    AddressMatcher, AddressRow, AddressRules, CompiledPolicy, Policy, overlaps, parse_network,
};
use proptest::prelude::*;
use proptest::sample::Index;

use crate::networks::{any_address, any_moment, any_network, any_rows};

/// The second opinion: every row in turn. A row for IPv4 written as IPv6 is one of /96 or longer.
fn naive(rows: &[AddressRow], address: IpAddr, now: Timestamp) -> bool {
    rows.iter().any(|row| {
        let in_force = row.expires_at.is_none_or(|expires_at| now < expires_at);
        let address = address.to_canonical();
        let covered = match (row.network, address) {
            (IpNet::V6(network), IpAddr::V4(v4)) => {
                network.prefix_len() >= 96 && network.contains(&v4.to_ipv6_mapped())
            }
            (network, address) => network.contains(&address),
        };
        in_force && covered
    })
}

/// Another address of the network, with the host bits of `other`.
fn inside(network: IpNet, other: Ipv6Addr) -> IpAddr {
    let other = u128::from(other);
    match network {
        IpNet::V4(v4) => {
            let host = other & u128::from(u32::from(v4.hostmask()));
            let host = u32::try_from(host).unwrap();
            IpAddr::V4((u32::from(v4.network()) | host).into())
        }
        IpNet::V6(v6) => {
            let host = other & u128::from(v6.hostmask());
            IpAddr::V6((u128::from(v6.network()) | host).into())
        }
    }
}

proptest! {
    #[test]
    fn the_trie_agrees_with_asking_every_row(
        rows in any_rows(),
        address in any_address(),
        near in any::<(Index, Ipv6Addr)>(),
        now in any_moment(),
    ) {
        let matcher = AddressMatcher::new(&rows);
        prop_assert_eq!(matcher.admits(address, now), naive(&rows, address, now));
        if !rows.is_empty() {
            let near = inside(near.0.get(&rows).network, near.1);
            prop_assert_eq!(matcher.admits(near, now), naive(&rows, near, now));
        }
    }

    #[test]
    fn the_order_of_rows_does_not_matter(
        rows in any_rows(),
        address in any_address(),
        now in any_moment(),
    ) {
        let reversed: Vec<_> = rows.iter().rev().cloned().collect();
        let admitted = AddressMatcher::new(&rows).admits(address, now);
        prop_assert_eq!(AddressMatcher::new(&reversed).admits(address, now), admitted);
    }

    #[test]
    fn a_text_is_an_address_exactly_if_the_standard_library_says_so(
        text in prop_oneof![
            "[^/]{0,16}",
            "[0-9]{1,3}(\\.[0-9]{1,3}){2,4}",
            "[0-9a-f:.%]{1,24}",
            "::ffff:[0-9]{1,3}(\\.[0-9]{1,3}){3}",
            any_address().prop_map(|address| address.to_string()),
        ],
    ) {
        let parsed = parse_network(&text).map(|parsed| parsed.network.addr()).ok();
        let standard = text.parse::<IpAddr>().map(|address| address.to_canonical()).ok();
        prop_assert_eq!(parsed, standard);
    }

    #[test]
    fn a_parsed_network_is_in_normal_form_and_parses_back(network in any_network()) {
        if let Ok(parsed) = parse_network(&network.to_string()) {
            let again = parse_network(&parsed.network.to_string()).unwrap();
            prop_assert_eq!(again.network, parsed.network);
            prop_assert!(!again.host_bits_cleared);
            prop_assert_eq!(parsed.host_bits_cleared, network.trunc() != network);
            let row = AddressRow { network, description: None, expires_at: None };
            let now = Timestamp::from_millis(0);
            prop_assert!(naive(&[row], parsed.network.addr(), now));
        }
    }

    #[test]
    fn a_row_is_named_exactly_if_others_repeat_it(rows in any_rows()) {
        let rows: Vec<_> = rows.into_iter().map(|row| AddressRow::new(row.network)).collect();
        let named: Vec<_> = overlaps(&rows).iter().map(|overlap| overlap.row).collect();
        for (index, row) in rows.iter().enumerate() {
            let repeated = rows.iter().enumerate().any(|(other, wider)| {
                let equal = wider.network == row.network;
                if equal { other < index } else { wider.network.contains(&row.network) }
            });
            prop_assert_eq!(named.contains(&index), repeated, "row {}", index);
        }
    }
}

fn compiled(addresses: AddressRules) -> CompiledPolicy {
    CompiledPolicy::new(&Policy {
        addresses,
        ..Policy::default()
    })
}

#[test]
fn a_list_without_rows_admits_nobody() {
    let policy = compiled(AddressRules::Specific(Vec::new()));
    for address in ["127.0.0.1", "::1", "0.0.0.0", "::"] {
        assert!(!policy.admits_address(address.parse().unwrap(), Timestamp::default()));
    }
}

#[test]
fn anywhere_admits_everybody() {
    let policy = compiled(AddressRules::Anywhere);
    for address in ["127.0.0.1", "::1", "::ffff:192.0.2.1"] {
        assert!(policy.admits_address(address.parse().unwrap(), Timestamp::default()));
    }
}

#[test]
fn every_ipv6_address_is_no_ipv4_address() {
    let everything = AddressRow::new("::/0".parse().unwrap());
    let policy = compiled(AddressRules::Specific(vec![everything]));
    let now = Timestamp::default();
    assert!(policy.admits_address("2001:db8::1".parse().unwrap(), now));
    assert!(!policy.admits_address("192.0.2.1".parse().unwrap(), now));
    assert!(!policy.admits_address("::ffff:192.0.2.1".parse().unwrap(), now));
}

#[test]
fn a_row_admits_until_its_expiry_and_a_wider_one_goes_on() {
    let row = |network: &str, expires_at: Option<i64>| AddressRow {
        expires_at: expires_at.map(Timestamp::from_millis),
        ..AddressRow::new(network.parse().unwrap())
    };
    let rows = vec![row("10.0.0.0/8", Some(20)), row("10.1.0.0/16", Some(10))];
    let policy = compiled(AddressRules::Specific(rows));
    let admits =
        |now| policy.admits_address("10.1.2.3".parse().unwrap(), Timestamp::from_millis(now));
    assert_eq!([9, 10, 19, 20].map(admits), [true, true, true, false]);
}
