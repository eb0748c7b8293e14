//! Which rings there are.

/// The secrets that the environment names, beside the sealing keys, which [`edge::Config`] names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// `WEIR_SECRET_SESSION_KEYS`: the secret with the keys of the dashboard's sessions.
    pub session_keys: Option<String>,
}

impl Settings {
    /// Reads the settings from the process's environment.
    pub fn from_env() -> Self {
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the configuration module"
        )]
        Self::read(|name| std::env::var(name).ok())
    }

    /// Reads the settings from anything that knows variables by name. Empty counts as not set.
    pub fn read(variable: impl Fn(&'static str) -> Option<String>) -> Self {
        let optional = |name| variable(name).filter(|value| !value.is_empty());
        Self {
            session_keys: optional("WEIR_SECRET_SESSION_KEYS"),
        }
    }
}
