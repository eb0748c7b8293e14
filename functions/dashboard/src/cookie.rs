//! Cookies, as the dashboard uses them.

use std::time::Duration;

use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue};

/// A cookie for this host alone, over TLS alone (browsers make an exception for loopback), out of
/// reach of scripts, and not sent with requests that other sites make, but for links.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cookie(&'static str);

impl Cookie {
    /// `name` starts with `__Host-`, so that browsers hold the cookie to the above.
    pub(crate) const fn new(name: &'static str) -> Self {
        Self(name)
    }

    /// The value in the request.
    pub(crate) fn read(self, headers: &HeaderMap) -> Option<&str> {
        headers
            .get_all(COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find_map(|(name, value)| (name == self.0).then_some(value))
    }

    /// Has the browser keep the value for so long.
    pub(crate) fn set(self, headers: &mut HeaderMap, value: &str, lifetime: Duration) {
        let text = format!(
            "{}={value}; Path=/; Max-Age={}; HttpOnly; Secure; SameSite=Lax",
            self.0,
            lifetime.as_secs()
        );
        // Sealed texts and names are of letters that a header may have.
        if let Ok(value) = HeaderValue::try_from(text) {
            headers.append(SET_COOKIE, value);
        }
    }

    /// Has the browser forget the value.
    pub(crate) fn remove(self, headers: &mut HeaderMap) {
        self.set(headers, "", Duration::ZERO);
    }

    /// Whether these headers set or remove the cookie.
    pub(crate) fn is_set(self, headers: &HeaderMap) -> bool {
        headers
            .get_all(SET_COOKIE)
            .iter()
            .any(|value| value.as_bytes().starts_with(self.0.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SESSION: Cookie = Cookie::new("__Host-session");

    #[test]
    fn a_cookie_is_found_among_others() {
        let header = HeaderValue::from_static("a=1; __Host-session=x.y; __Host-session-2=z");
        let headers = HeaderMap::from_iter([(COOKIE, header)]);
        assert_eq!(SESSION.read(&headers), Some("x.y"));
        assert_eq!(Cookie::new("b").read(&headers), None);
    }

    #[test]
    fn a_cookie_is_set_for_this_host_and_out_of_reach_of_scripts() {
        let mut headers = HeaderMap::new();
        SESSION.set(&mut headers, "x.y", Duration::from_mins(1));
        SESSION.remove(&mut headers);
        let set: Vec<_> = headers.get_all(SET_COOKIE).iter().collect();
        assert_eq!(
            set,
            [
                "__Host-session=x.y; Path=/; Max-Age=60; HttpOnly; Secure; SameSite=Lax",
                "__Host-session=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax",
            ]
        );
        assert!(SESSION.is_set(&headers));
    }
}
