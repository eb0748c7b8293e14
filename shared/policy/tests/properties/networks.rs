//! Networks and addresses that often meet: few distinct bits, many prefix lengths.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use event::Timestamp;
use ipnet::IpNet;
use policy::AddressRow;
use proptest::prelude::*;
use proptest::sample::select;

pub(crate) fn any_address() -> impl Strategy<Value = IpAddr> {
    let byte = || select(&[0_u8, 1, 2, 10, 127, 128, 255][..]);
    let v4 = [byte(), byte(), byte(), byte()].prop_map(Ipv4Addr::from);
    let segment = || select(&[0_u16, 1, 0x2001, 0xdb8, 0x8000, 0xffff][..]);
    let v6 = proptest::array::uniform8(segment()).prop_map(Ipv6Addr::from);
    let mapped = v4.clone().prop_map(|v4| v4.to_ipv6_mapped().into());
    prop_oneof![
        4 => v4.prop_map(IpAddr::V4),
        3 => v6.prop_map(IpAddr::V6),
        2 => mapped,
        1 => any::<IpAddr>(),
    ]
}

/// Any network at all: host bits set, IPv4 written as IPv6.
pub(crate) fn any_network() -> impl Strategy<Value = IpNet> {
    (any_address(), any::<u8>()).prop_map(|(address, prefix)| {
        let max = if address.is_ipv4() { 32 } else { 128 };
        IpNet::new(address, prefix % (max + 1)).unwrap()
    })
}

pub(crate) fn any_moment() -> impl Strategy<Value = Timestamp> {
    (0..4_i64).prop_map(Timestamp::from_millis)
}

/// Rows as a program may build them, in no normal form.
pub(crate) fn any_rows() -> impl Strategy<Value = Vec<AddressRow>> {
    let row =
        (any_network(), proptest::option::of(any_moment())).prop_map(|(network, expires_at)| {
            AddressRow {
                network,
                description: None,
                expires_at,
            }
        });
    proptest::collection::vec(row, 0..24)
}
