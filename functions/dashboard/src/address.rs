//! Where the dashboard is, as browsers see it, and which addresses of it a link may lead back to.

use http::HeaderMap;
use http::header::HOST;

use crate::Settings;

/// Where every page is below.
pub(crate) const ROOT: &str = "/dashboard";

/// The dashboard's own address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    /// Scheme, host and port: what browsers send as `Origin`.
    pub(crate) origin: String,
    /// Whether the request came to this very host.
    pub(crate) is_here: bool,
}

impl Address {
    /// The configured address, else the host of the request: a gateway lets no other host in than
    /// its own.
    pub(crate) fn of(settings: &Settings, headers: &HeaderMap) -> Option<Self> {
        let host = headers.get(HOST).and_then(|host| host.to_str().ok());
        match &settings.url {
            Some(url) => {
                let origin = url.strip_suffix(ROOT)?.to_owned();
                let is_here = origin.split_once("://").map(|(_, host)| host) == host;
                Some(Self { origin, is_here })
            }
            None => Some(Self {
                origin: format!("https://{}", host?),
                is_here: true,
            }),
        }
    }

    /// The full address of a path of the dashboard.
    pub(crate) fn to(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }
}

/// The page to go to, if it is one of the dashboard: nobody is sent elsewhere by a link.
pub(crate) fn own_page(path: Option<&str>) -> &str {
    let is_own = |path: &&str| {
        let below = path.strip_prefix(ROOT);
        below.is_some_and(|below| below.is_empty() || below.starts_with(['/', '?']))
            && path
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && byte != b'\\')
            && !path.contains("//")
            && !path.contains("..")
    };
    path.filter(is_own).unwrap_or(ROOT)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn address(url: Option<&str>, host: &'static str) -> Address {
        let settings = Settings {
            url: url.map(str::to_owned),
            client_id: None,
            session_keys: String::new(),
        };
        let headers = HeaderMap::from_iter([(HOST, HeaderValue::from_static(host))]);
        Address::of(&settings, &headers).unwrap()
    }

    #[test]
    fn the_configured_address_wins_over_the_host_of_the_request() {
        let here = address(Some("http://127.0.0.1:9000/dashboard"), "127.0.0.1:9000");
        assert_eq!(here.to("/dashboard/x"), "http://127.0.0.1:9000/dashboard/x");
        assert!(here.is_here);
        assert!(!address(Some("http://127.0.0.1:9000/dashboard"), "localhost:9000").is_here);
        assert_eq!(address(None, "weir.example").origin, "https://weir.example");
    }

    #[test]
    fn nobody_is_led_elsewhere() {
        for own in [
            "/dashboard",
            "/dashboard/ingest-api?range=7d",
            "/dashboard?x=1",
        ] {
            assert_eq!(own_page(Some(own)), own);
        }
        for other in [
            "",
            "/",
            "//evil.example/dashboard",
            "https://evil.example/dashboard",
            "/dashboards",
            "/dashboard//evil.example",
            "/dashboard/../profile",
            "/dashboard\\evil",
            "/dashboard/\r\nx",
        ] {
            assert_eq!(own_page(Some(other)), ROOT, "{other}");
        }
        assert_eq!(own_page(None), ROOT);
    }
}
