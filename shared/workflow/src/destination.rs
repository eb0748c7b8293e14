//! Where a webhook goes: scheme, host and port, known when the definition is saved.
//!
//! Only path and query of an address may hold templates. So what is sent to whom does not depend on
//! what a profile or an event says, and everything that is counted by destination is known beforehand.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

use serde::{Deserialize, Serialize};

use crate::address;

/// Longest address of a webhook, in bytes, before and after its templates are filled.
pub(crate) const MAX_URL_BYTES: usize = 2_048;
/// Longest name of a host.
const MAX_HOST_BYTES: usize = 253;

/// A destination of webhooks: `https://host` or `https://host:port`, in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Destination(Box<str>);

/// Why a text is no address of a webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DestinationError {
    /// Another scheme.
    #[error("must begin with https://")]
    Scheme,
    /// No host, or not one.
    #[error("must name a host by letters, digits, dots and hyphens, or an IP address")]
    Host,
    /// A user, a password, a template or another character before the path.
    #[error("must hold nothing but a host and a port before its path: no user, no template")]
    Authority,
    /// No port number.
    #[error("must have a port from 1 to 65535, if any")]
    Port,
    /// An address that is not of the public internet.
    #[error("must not name an address that is not of the public internet")]
    Closed,
    /// Too long.
    #[error("must be at most 2048 bytes")]
    TooLong,
    /// White space or a character that is not ASCII.
    #[error("must hold visible ASCII only: encode other characters")]
    Character,
}

impl Destination {
    /// The destination of an address and the rest behind it, which begins with `/`, `?` or nothing.
    /// `loopback` lets `http` to the machine itself pass: for development.
    pub fn split(url: &str, loopback: bool) -> Result<(Self, &str), DestinationError> {
        if url.len() > MAX_URL_BYTES {
            return Err(DestinationError::TooLong);
        }
        let (scheme, rest) = url.split_once("://").ok_or(DestinationError::Scheme)?;
        let scheme = scheme.to_ascii_lowercase();
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let (host, port) = host_and_port(authority)?;
        let own = is_own(&host);
        match scheme.as_str() {
            "https" => {}
            "http" if own && loopback => {}
            _ => return Err(DestinationError::Scheme),
        }
        if let Some(address) = literal(&host)
            && !address::is_public(address)
            && !(own && loopback)
        {
            return Err(DestinationError::Closed);
        }
        let port = match port {
            Some(443) if scheme == "https" => None,
            Some(80) if scheme == "http" => None,
            port => port,
        };
        let port = port.map_or_else(String::new, |port| format!(":{port}"));
        Ok((Self(format!("{scheme}://{host}{port}").into()), path))
    }

    /// The destination as text, without a slash at its end.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The host alone.
    pub fn host(&self) -> &str {
        let authority = self.0.split_once("://").map_or("", |(_, rest)| rest);
        match authority
            .strip_prefix('[')
            .and_then(|rest| rest.split_once(']'))
        {
            Some((address, _)) => address,
            None => authority.split(':').next().unwrap_or_default(),
        }
    }
}

/// The host in lower case, an IPv6 address in its brackets, and the port.
fn host_and_port(authority: &str) -> Result<(String, Option<u16>), DestinationError> {
    if authority.contains(['@', '{', '}', '%', '\\']) {
        return Err(DestinationError::Authority);
    }
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => {
            let (address, behind) = rest.split_once(']').ok_or(DestinationError::Host)?;
            let address: Ipv6Addr = address.parse().map_err(|_| DestinationError::Host)?;
            let port = match behind {
                "" => None,
                behind => Some(behind.strip_prefix(':').ok_or(DestinationError::Port)?),
            };
            (format!("[{address}]"), port)
        }
        None => match authority.split_once(':') {
            Some((host, port)) => (host.to_ascii_lowercase(), Some(port)),
            None => (authority.to_ascii_lowercase(), None),
        },
    };
    let port = match port {
        None => None,
        Some(digits) => {
            let number: u16 = digits.parse().map_err(|_| DestinationError::Port)?;
            (number > 0 && digits.bytes().all(|byte| byte.is_ascii_digit()))
                .then_some(Some(number))
                .ok_or(DestinationError::Port)?
        }
    };
    if !host.starts_with('[') {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
        let labels = host.strip_suffix('.').unwrap_or(&host);
        let good = |label: &str| {
            !label.is_empty()
                && label.len() <= 63
                && !label.starts_with('-')
                && !label.ends_with('-')
        };
        if host.len() > MAX_HOST_BYTES || !host.bytes().all(allowed) || !labels.split('.').all(good)
        {
            return Err(DestinationError::Host);
        }
    }
    Ok((host, port))
}

/// The address that a host is, where it is one and no name.
fn literal(host: &str) -> Option<IpAddr> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.parse().ok()
}

/// Whether the host is this machine, by name or by address.
fn is_own(host: &str) -> bool {
    host == "localhost" || literal(host).is_some_and(address::is_loopback)
}

impl TryFrom<String> for Destination {
    type Error = DestinationError;

    fn try_from(text: String) -> Result<Self, DestinationError> {
        // Loopback was judged when the definition was saved, and is judged again at each connection.
        match Self::split(&text, true)? {
            (destination, "") => Ok(destination),
            _ => Err(DestinationError::Authority),
        }
    }
}

impl From<Destination> for String {
    fn from(destination: Destination) -> Self {
        destination.0.into()
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(url: &str) -> Result<(String, &str), DestinationError> {
        Destination::split(url, false).map(|(destination, path)| (destination.into(), path))
    }

    #[test]
    fn an_address_is_a_destination_and_the_rest() {
        let good = |destination: &str, path| Ok((destination.to_owned(), path));
        assert_eq!(
            split("https://Hooks.Example.com/a?b"),
            good("https://hooks.example.com", "/a?b")
        );
        assert_eq!(split("https://a.io:443"), good("https://a.io", ""));
        assert_eq!(
            split("https://a.io:8443?x"),
            good("https://a.io:8443", "?x")
        );
        assert_eq!(
            split("https://[2606:4700::1]/x"),
            good("https://[2606:4700::1]", "/x")
        );
    }

    #[test]
    fn what_could_lead_elsewhere_is_refused() {
        use DestinationError as Error;
        for (url, error) in [
            ("http://a.io/", Error::Scheme),
            ("ftp://a.io/", Error::Scheme),
            ("a.io/", Error::Scheme),
            ("https:///x", Error::Host),
            ("https://a b/", Error::Host),
            ("https://a..b/", Error::Host),
            ("https://user@a.io/", Error::Authority),
            ("https://a.io\\@b.io/", Error::Authority),
            ("https://{{ profile.host }}/", Error::Authority),
            ("https://a.io:0/", Error::Port),
            ("https://a.io:+1/", Error::Port),
            ("https://a.io:99999/", Error::Port),
            ("https://127.0.0.1/", Error::Closed),
            ("https://169.254.169.254/latest", Error::Closed),
            ("https://[::1]/", Error::Closed),
            ("https://[::ffff:10.0.0.1]/", Error::Closed),
            ("http://127.0.0.1/", Error::Scheme),
        ] {
            assert_eq!(split(url), Err(error), "{url}");
        }
    }

    #[test]
    fn in_development_the_machine_itself_may_be_named_and_nothing_else_that_is_closed() {
        let loopback = |url| Destination::split(url, true).map(|(destination, _)| destination);
        for url in [
            "http://127.0.0.1:8080/",
            "http://localhost/",
            "https://[::1]:9/",
        ] {
            assert!(loopback(url).is_ok(), "{url}");
        }
        assert_eq!(loopback("http://10.0.0.1/"), Err(DestinationError::Scheme));
        assert_eq!(loopback("https://10.0.0.1/"), Err(DestinationError::Closed));
        assert_eq!(loopback("http://a.io/"), Err(DestinationError::Scheme));
    }

    #[test]
    fn a_host_is_read_back() {
        let host = |url| Destination::split(url, true).unwrap().0.host().to_owned();
        assert_eq!(host("https://a.io:8443/"), "a.io");
        assert_eq!(host("https://[::1]:9/"), "::1");
    }
}
