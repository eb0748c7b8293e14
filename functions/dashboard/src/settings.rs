//! What the dashboard is told by its environment, beside what every function is: read once.

use edge::{ConfigError, is_dashboard_url};
use secrets::SESSION_KEYS;

/// The dashboard's own settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// `WEIR_DASHBOARD_URL`: where browsers find the dashboard, as `https://weir.example/dashboard`.
    /// Default: `/dashboard` at the host that a request names, which the gateway has checked.
    pub url: Option<String>,
    /// `WEIR_OIDC_CLIENT_ID`: the dashboard at the identity provider. Default: `WEIR_OIDC_AUDIENCE`.
    pub client_id: Option<String>,
    /// `WEIR_SECRET_SESSION_KEYS`: the secret that holds the session keys. Default
    /// `weir/session-keys`.
    pub session_keys: String,
}

impl Settings {
    /// Reads the settings from the process's environment.
    pub fn from_env() -> Result<Self, ConfigError> {
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the configuration module"
        )]
        Self::read(|name| std::env::var(name).ok())
    }

    /// Reads the settings from anything that knows variables by name. Empty counts as not set.
    pub fn read(variable: impl Fn(&'static str) -> Option<String>) -> Result<Self, ConfigError> {
        let optional = |name| variable(name).filter(|value| !value.is_empty());
        let url = optional("WEIR_DASHBOARD_URL");
        if url.as_deref().is_some_and(|url| !is_dashboard_url(url)) {
            return Err(ConfigError::Invalid {
                name: "WEIR_DASHBOARD_URL",
                expected: "an http or https address that ends in /dashboard",
            });
        }
        Ok(Self {
            url,
            client_id: optional("WEIR_OIDC_CLIENT_ID"),
            session_keys: optional("WEIR_SECRET_SESSION_KEYS")
                .unwrap_or_else(|| SESSION_KEYS.to_owned()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str) -> Result<Settings, ConfigError> {
        Settings::read(|name| (name == "WEIR_DASHBOARD_URL").then(|| url.to_owned()))
    }

    #[test]
    fn nothing_must_be_set() {
        let settings = read("").unwrap();
        assert_eq!(settings.url, None);
        assert_eq!(settings.session_keys, "weir/session-keys");
    }

    #[test]
    fn an_address_is_a_host_and_the_dashboard() {
        for good in [
            "https://weir.example/dashboard",
            "http://127.0.0.1:9000/dashboard",
        ] {
            assert_eq!(read(good).unwrap().url.as_deref(), Some(good));
        }
        for bad in [
            "weir.example/dashboard",
            "https:///dashboard",
            "https://weir.example",
            "https://weir.example/dashboard/",
            "https://weir.example/stage/dashboard",
            "ftp://weir.example/dashboard",
        ] {
            insta::allow_duplicates! {
                insta::assert_snapshot!(read(bad).unwrap_err(), @"the environment variable WEIR_DASHBOARD_URL must be an http or https address that ends in /dashboard");
            }
        }
    }
}
