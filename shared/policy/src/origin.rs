//! Web origins, as a browser's `Origin` header has them.

/// Longest origin, in bytes.
const MAX_ORIGIN_BYTES: usize = 253 + "https://:65535".len();

/// Why a text is no web origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OriginError {
    /// Neither `https://` nor `http://`.
    #[error("must start with https:// or http://")]
    Scheme,
    /// A path, a user, a wildcard, or nothing at all after the scheme.
    #[error("must be a scheme, a host and perhaps a port, such as https://app.example.com")]
    Host,
    /// The part after the last colon.
    #[error("must have a port from 1 to 65535 after the colon")]
    Port,
    /// Longer than any host name allows.
    #[error("is too long for an origin")]
    TooLong,
}

/// Parses an origin into the form in which browsers send it: lower case, without the port that the
/// scheme implies.
pub(crate) fn parse_origin(text: &str) -> Result<String, OriginError> {
    if text.len() > MAX_ORIGIN_BYTES {
        return Err(OriginError::TooLong);
    }
    let text = text.to_ascii_lowercase();
    let (scheme, implied) = match text.split_once("://").map(|(scheme, _)| scheme) {
        Some(scheme @ "https") => (scheme, "443"),
        Some(scheme @ "http") => (scheme, "80"),
        _ => return Err(OriginError::Scheme),
    };
    let authority = text.get(scheme.len() + 3..).unwrap_or_default();
    let (host, port) = split_port(authority);
    if !is_host(host) {
        return Err(OriginError::Host);
    }
    let Some(port) = port else {
        return Ok(text);
    };
    let plain = !port.starts_with('0') && port.bytes().all(|byte| byte.is_ascii_digit());
    if !plain || port.parse::<u16>().is_err() {
        return Err(OriginError::Port);
    }
    if port == implied {
        Ok(format!("{scheme}://{host}"))
    } else {
        Ok(text)
    }
}

fn split_port(authority: &str) -> (&str, Option<&str>) {
    // The colons inside an IPv6 address in brackets separate no port.
    let searched = authority.rfind(']').unwrap_or(0);
    match authority.get(searched..).and_then(|end| end.rfind(':')) {
        Some(colon) => {
            let (host, port) = authority.split_at(searched + colon);
            (host, port.strip_prefix(':'))
        }
        None => (authority, None),
    }
}

fn is_host(host: &str) -> bool {
    if let Some(inside) = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
    {
        return inside.parse::<std::net::Ipv6Addr>().is_ok();
    }
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    host.len() <= 253
        && host
            .split('.')
            .all(|label| !label.is_empty() && label.bytes().all(allowed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_kept_as_browsers_send_it() {
        let table = [
            ("https://App.Example.com", "https://app.example.com"),
            ("https://app.example.com:443", "https://app.example.com"),
            ("http://app.example.com:80", "http://app.example.com"),
            ("http://localhost:5173", "http://localhost:5173"),
            ("http://[::1]:5173", "http://[::1]:5173"),
            ("http://[::1]", "http://[::1]"),
        ];
        for (given, kept) in table {
            assert_eq!(parse_origin(given).as_deref(), Ok(kept));
        }
    }

    #[test]
    fn what_no_browser_sends_is_refused_with_its_reason() {
        let table = [
            ("app.example.com", OriginError::Scheme),
            ("*", OriginError::Scheme),
            ("null", OriginError::Scheme),
            ("ftp://app.example.com", OriginError::Scheme),
            ("https://", OriginError::Host),
            ("https://app.example.com/", OriginError::Host),
            ("https://*.example.com", OriginError::Host),
            ("https://user@example.com", OriginError::Host),
            ("https://[::1", OriginError::Host),
            ("https://app.example.com:", OriginError::Port),
            ("https://app.example.com:0", OriginError::Port),
            ("https://app.example.com:65536", OriginError::Port),
        ];
        for (given, reason) in table {
            assert_eq!(parse_origin(given), Err(reason), "{given}");
        }
        assert_eq!(parse_origin(&"x".repeat(300)), Err(OriginError::TooLong));
    }
}
