//! Reading an address or a CIDR range as a person wrote it.
//!
//! Stricter than most parsers, because a rule that means something else than its author thinks
//! opens a door: `01.2.3.4` is 1.2.3.4 to some programs and an octal number to others.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// Longest text that can be an address with a prefix length, in bytes.
const MAX_TEXT_BYTES: usize = 64;
/// Prefix length of `::ffff:0:0/96`, the IPv6 range that stands for IPv4.
const MAPPED_PREFIX: u8 = 96;

/// A network as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParsedNetwork {
    /// The network in normal form: host bits zero, IPv4-mapped IPv6 as IPv4.
    pub network: IpNet,
    /// Host bits were set, as in `10.1.2.3/8`: the author may have meant a smaller network.
    pub host_bits_cleared: bool,
}

/// Why a text is neither an address nor a CIDR range. The message names the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Nothing.
    #[error("must not be empty")]
    Empty,
    /// Longer than any address.
    #[error("is too long for an address or a CIDR range")]
    TooLong,
    /// A space, a tab, a line break.
    #[error("must not contain white space")]
    WhiteSpace,
    /// `::1%eth0`.
    #[error("must not have a zone such as %eth0: a zone means something on one machine only")]
    Zone,
    /// `10.0.0.1-10.0.0.9`.
    #[error("must be one address or one CIDR range: write a range from-to as CIDR rows")]
    FromTo,
    /// `1.2.3.4:80`, `[::1]`.
    #[error("must be an address alone, without a port and without brackets")]
    PortOrBrackets,
    /// `1.2.3`.
    #[error("must have four numbers separated by dots, such as 192.0.2.1")]
    NotFourNumbers,
    /// `01.2.3.4`.
    #[error("must not have a number with a leading zero: some programs read it as octal")]
    LeadingZero,
    /// `1.2.3.256`.
    #[error("must not have a number above 255")]
    NumberTooLarge,
    /// `fe80:::1`.
    #[error("is not a valid IPv6 address")]
    InvalidIpv6,
    /// `example.com`.
    #[error("must be an IPv4 or IPv6 address or a CIDR range: not a host name or a wildcard")]
    NotAnAddress,
    /// `10.0.0.0/`, `10.0.0.0/255.0.0.0`, `10.0.0.0/08`, `10.0.0.0/8/8`.
    #[error("must have a plain number after the slash, such as /24")]
    InvalidPrefixLength,
    /// `10.0.0.0/33`.
    #[error("has a prefix length above /{max}")]
    PrefixTooLong {
        /// The longest there is: 32 for IPv4, 128 for IPv6.
        max: u8,
    },
    /// `::ffff:10.0.0.0/8`.
    #[error("is IPv4 written as IPv6 with a prefix length below /96: write it as IPv4")]
    MappedPrefixTooShort,
}

/// Parses an address, or a CIDR range, into its normal form. A single address is a /32 or a /128.
pub fn parse_network(text: &str) -> Result<ParsedNetwork, AddressError> {
    check_characters(text)?;
    let (address, prefix) = match text.split_once('/') {
        Some((address, prefix)) => (address, Some(prefix)),
        None => (text, None),
    };
    let address = parse_address(address)?;
    let max = if address.is_ipv4() { 32 } else { 128 };
    let prefix = prefix.map_or(Ok(max), |prefix| parse_prefix(prefix, max))?;
    if is_mapped(address) && prefix < MAPPED_PREFIX {
        return Err(AddressError::MappedPrefixTooShort);
    }
    let written = IpNet::new(address, prefix).map_err(|_| AddressError::PrefixTooLong { max })?;
    let network = normal_form(written);
    Ok(ParsedNetwork {
        network,
        host_bits_cleared: written.trunc() != written,
    })
}

/// The network with its host bits zero, and as IPv4 where it is IPv4 written as IPv6.
pub(crate) fn normal_form(network: IpNet) -> IpNet {
    let IpNet::V6(v6) = network else {
        return network.trunc();
    };
    let mapped = v6.addr().to_ipv4_mapped();
    let v4 = mapped.zip(v6.prefix_len().checked_sub(MAPPED_PREFIX));
    match v4.and_then(|(address, prefix)| Ipv4Net::new(address, prefix).ok()) {
        Some(v4) => IpNet::V4(v4.trunc()),
        None => IpNet::V6(Ipv6Net::trunc(&v6)),
    }
}

fn is_mapped(address: IpAddr) -> bool {
    matches!(address, IpAddr::V6(v6) if v6.to_ipv4_mapped().is_some())
}

/// What is wrong with the text as a whole, before its parts are looked at.
fn check_characters(text: &str) -> Result<(), AddressError> {
    if text.is_empty() {
        Err(AddressError::Empty)
    } else if text.len() > MAX_TEXT_BYTES {
        Err(AddressError::TooLong)
    } else if text.contains(char::is_whitespace) {
        Err(AddressError::WhiteSpace)
    } else if text.contains('%') {
        Err(AddressError::Zone)
    } else if text.contains(['[', ']']) {
        Err(AddressError::PortOrBrackets)
    } else {
        Ok(())
    }
}

fn parse_address(text: &str) -> Result<IpAddr, AddressError> {
    let is_dotted = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
    };
    if let Some((from, to)) = text.split_once('-')
        && parse_address(from).is_ok()
        && !to.is_empty()
    {
        return Err(AddressError::FromTo);
    }
    if let Some((address, port)) = text.split_once(':')
        && address.contains('.')
        && is_dotted(address)
        && !port.contains(':')
    {
        return Err(AddressError::PortOrBrackets);
    }
    if text.contains(':') {
        return parse_v6(text).map(IpAddr::V6);
    }
    if text.is_empty() || !is_dotted(text) {
        return Err(AddressError::NotAnAddress);
    }
    parse_v4(text).map(IpAddr::V4)
}

fn parse_v4(text: &str) -> Result<Ipv4Addr, AddressError> {
    if text.split('.').count() != 4 || text.split('.').any(str::is_empty) {
        return Err(AddressError::NotFourNumbers);
    }
    let mut octets = [0; 4];
    for (octet, number) in octets.iter_mut().zip(text.split('.')) {
        if number.len() > 1 && number.starts_with('0') {
            return Err(AddressError::LeadingZero);
        }
        *octet = number.parse().map_err(|_| AddressError::NumberTooLarge)?;
    }
    Ok(octets.into())
}

fn parse_v6(text: &str) -> Result<Ipv6Addr, AddressError> {
    // `::ffff:01.2.3.4`: the dotted end follows the rules of IPv4, with their reasons.
    if let Some((_, end)) = text.rsplit_once(':')
        && end.contains('.')
        && end
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
    {
        parse_v4(end)?;
    }
    text.parse().map_err(|_| AddressError::InvalidIpv6)
}

fn parse_prefix(text: &str, max: u8) -> Result<u8, AddressError> {
    let plain = !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && (text == "0" || !text.starts_with('0'));
    if !plain {
        return Err(AddressError::InvalidPrefixLength);
    }
    // A number too large for the type is too large for the family as well.
    let prefix = text.parse().ok().filter(|prefix| *prefix <= max);
    prefix.ok_or(AddressError::PrefixTooLong { max })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> String {
        parse_network(text).unwrap().network.to_string()
    }

    #[test]
    fn each_wrong_address_is_refused_with_its_own_reason() {
        use AddressError as E;
        let table = [
            ("", E::Empty),
            (" 1.2.3.4", E::WhiteSpace),
            ("1.2.3.4\n", E::WhiteSpace),
            ("1.2.3.4\u{a0}", E::WhiteSpace),
            ("::1%eth0", E::Zone),
            ("10.0.0.1-10.0.0.9", E::FromTo),
            ("1.2.3.4:80", E::PortOrBrackets),
            ("[::1]", E::PortOrBrackets),
            ("1.2.3", E::NotFourNumbers),
            ("1.2.3.4.5", E::NotFourNumbers),
            ("1..3.4", E::NotFourNumbers),
            ("16909060", E::NotFourNumbers),
            ("01.2.3.4", E::LeadingZero),
            ("1.2.3.00", E::LeadingZero),
            ("::ffff:1.2.3.04", E::LeadingZero),
            ("1.2.3.256", E::NumberTooLarge),
            ("1.2.3.99999999999999999999", E::NumberTooLarge),
            ("fe80:::1", E::InvalidIpv6),
            ("12345::", E::InvalidIpv6),
            ("example.com", E::NotAnAddress),
            ("10.0.*.*", E::NotAnAddress),
            ("0x7f.1.1.1", E::NotAnAddress),
            ("١.2.3.4", E::NotAnAddress),
            ("/8", E::NotAnAddress),
            ("10.0.0.0/", E::InvalidPrefixLength),
            ("10.0.0.0/08", E::InvalidPrefixLength),
            ("10.0.0.0/+8", E::InvalidPrefixLength),
            ("10.0.0.0/8/8", E::InvalidPrefixLength),
            ("10.0.0.0/255.0.0.0", E::InvalidPrefixLength),
            ("10.0.0.0/33", E::PrefixTooLong { max: 32 }),
            ("10.0.0.0/999", E::PrefixTooLong { max: 32 }),
            ("2001:db8::/129", E::PrefixTooLong { max: 128 }),
            ("::ffff:10.0.0.0/8", E::MappedPrefixTooShort),
        ];
        for (text, reason) in table {
            assert_eq!(parse_network(text), Err(reason), "{text:?}");
        }
        assert_eq!(parse_network(&"1".repeat(65)), Err(E::TooLong));
    }

    #[test]
    fn a_single_address_is_a_network_of_one() {
        assert_eq!(network("192.0.2.1"), "192.0.2.1/32");
        assert_eq!(network("2001:DB8::1"), "2001:db8::1/128");
        assert_eq!(network("0.0.0.0/0"), "0.0.0.0/0");
        assert_eq!(network("::/0"), "::/0");
    }

    #[test]
    fn host_bits_are_cleared_and_reported() {
        let parsed = parse_network("10.1.2.3/8").unwrap();
        assert_eq!(parsed.network.to_string(), "10.0.0.0/8");
        assert!(parsed.host_bits_cleared);
        assert!(!parse_network("10.0.0.0/8").unwrap().host_bits_cleared);
        assert!(parse_network("2001:db8::1/32").unwrap().host_bits_cleared);
        assert!(
            parse_network("::ffff:10.0.0.1/104")
                .unwrap()
                .host_bits_cleared
        );
    }

    #[test]
    fn ipv4_written_as_ipv6_is_ipv4() {
        assert_eq!(network("::ffff:192.0.2.1"), "192.0.2.1/32");
        assert_eq!(network("::ffff:c000:201"), "192.0.2.1/32");
        assert_eq!(network("::ffff:10.0.0.0/104"), "10.0.0.0/8");
        assert_eq!(network("::ffff:0:0/96"), "0.0.0.0/0");
    }
}
