//! From where a key may be used.

use event::Timestamp;
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use prefix_trie::PrefixMap;

use crate::address::normal_form;

/// From where a key may be used.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum AddressRules {
    /// From any address.
    #[default]
    Anywhere,
    /// From the addresses of these rows; no row, no address.
    Specific(Vec<AddressRow>),
}

/// A network that is allowed, for ever or for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressRow {
    /// The network; [`parse_network`](crate::parse_network) reads it in its normal form.
    pub network: IpNet,
    /// What a person says about it.
    pub description: Option<String>,
    /// From this moment on the row admits nobody; `None`: never.
    pub expires_at: Option<Timestamp>,
}

impl AddressRow {
    /// A row for ever, without a description.
    pub fn new(network: IpNet) -> Self {
        Self {
            network: normal_form(network),
            description: None,
            expires_at: None,
        }
    }
}

/// A row that repeats what another one says already, in whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overlap {
    /// Index of the row.
    pub row: usize,
    /// Index of the row that says as much or more: the first of equal ones, the narrowest of wider
    /// ones.
    pub other: usize,
    /// Whether they are equal.
    pub kind: OverlapKind,
}

/// How two rows overlap. There is nothing between: two CIDR ranges are disjoint or one lies in the
/// other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OverlapKind {
    /// The same network.
    Duplicate,
    /// A network inside the other's.
    Covered,
}

/// The rows that overlap another one, in their order; each is named once. Rows with an expiry count
/// like the rest: a row inside one that ends earlier is named too.
pub fn overlaps(rows: &[AddressRow]) -> Vec<Overlap> {
    let mut first = Index::default();
    for (row, network) in rows.iter().map(|row| normal_form(row.network)).enumerate() {
        first.insert(network, row);
    }
    let networks = rows.iter().map(|row| normal_form(row.network)).enumerate();
    networks
        .filter_map(|(row, network)| first.overlap(network, row))
        .collect()
}

/// The first row of each network.
#[derive(Default)]
struct Index {
    v4: PrefixMap<Ipv4Net, usize>,
    v6: PrefixMap<Ipv6Net, usize>,
}

impl Index {
    fn insert(&mut self, network: IpNet, row: usize) {
        match network {
            IpNet::V4(v4) => self.v4.entry(v4).or_insert(row),
            IpNet::V6(v6) => self.v6.entry(v6).or_insert(row),
        };
    }

    fn overlap(&self, network: IpNet, row: usize) -> Option<Overlap> {
        let (same, wider) = match network {
            IpNet::V4(v4) => (
                self.v4.get(&v4).copied(),
                v4.supernet()
                    .and_then(|wider| self.v4.get_lpm(&wider))
                    .map(|(_, row)| *row),
            ),
            IpNet::V6(v6) => (
                self.v6.get(&v6).copied(),
                v6.supernet()
                    .and_then(|wider| self.v6.get_lpm(&wider))
                    .map(|(_, row)| *row),
            ),
        };
        let duplicate = same.filter(|same| *same != row);
        duplicate
            .map(|other| Overlap {
                row,
                other,
                kind: OverlapKind::Duplicate,
            })
            .or_else(|| {
                wider.map(|other| Overlap {
                    row,
                    other,
                    kind: OverlapKind::Covered,
                })
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn duplicates_and_rows_inside_others_are_named_with_the_nearest_one() {
        let rows: Vec<_> = [
            "10.0.0.0/8",
            "10.1.0.0/16",
            "192.0.2.1/32",
            "10.1.2.0/24",
            "::/0",
        ]
        .into_iter()
        .chain(["192.0.2.1/32", "::ffff:10.0.0.0/104", "2001:db8::/32"])
        .map(|text| AddressRow::new(text.parse().unwrap()))
        .collect();
        let found: Vec<_> = overlaps(&rows)
            .iter()
            .map(|overlap| (overlap.row, overlap.other))
            .collect();
        assert_eq!(found, [(1, 0), (3, 1), (5, 2), (6, 0), (7, 4)]);
        let duplicates = overlaps(&rows)
            .into_iter()
            .filter(|o| o.kind == OverlapKind::Duplicate);
        assert_eq!(
            duplicates.map(|overlap| overlap.row).collect::<Vec<_>>(),
            [5, 6]
        );
    }
}
