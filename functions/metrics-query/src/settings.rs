//! What the function is told by its environment, beside what every function is: read once.

use edge::{ConfigError, is_dashboard_url};
use secrets::SESSION_KEYS;

/// The function's own settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// `WEIR_DASHBOARD_URL`: where browsers find the dashboard, whose pages' scripts ask here. Default:
    /// `/dashboard` at the host that a request names.
    pub dashboard: Option<String>,
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
        let dashboard = optional("WEIR_DASHBOARD_URL");
        if dashboard
            .as_deref()
            .is_some_and(|url| !is_dashboard_url(url))
        {
            return Err(ConfigError::Invalid {
                name: "WEIR_DASHBOARD_URL",
                expected: "an http or https address that ends in /dashboard",
            });
        }
        Ok(Self {
            dashboard,
            session_keys: optional("WEIR_SECRET_SESSION_KEYS")
                .unwrap_or_else(|| SESSION_KEYS.to_owned()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_must_be_set_and_an_address_is_the_dashboards() {
        let read = |url: &'static str| {
            Settings::read(move |name| (name == "WEIR_DASHBOARD_URL").then(|| url.to_owned()))
        };
        assert_eq!(read("").unwrap().dashboard, None);
        assert_eq!(read("").unwrap().session_keys, "weir/session-keys");
        let own = "https://weir.example/dashboard";
        assert_eq!(read(own).unwrap().dashboard.as_deref(), Some(own));
        assert!(read("https://weir.example/").is_err());
    }
}
