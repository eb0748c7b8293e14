//! What a function is told by its environment: read once, at cold start.

use std::time::Duration;

use store::Tables;
use telemetry::{LogFormat, Namespace};

use crate::{OidcSettings, OriginSecrets};

/// The configuration of a function that uses the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// `WEIR_TABLE_CONTROL`, `WEIR_TABLE_EVENTS`, `WEIR_TABLE_PROFILES`, `WEIR_TABLE_ACTIVITY`,
    /// `WEIR_TABLE_RUNS`: the names of the tables.
    pub tables: Tables,
    /// `WEIR_METRICS`: `emf` (default), `cloudwatch` or `off`.
    pub metrics: MetricsMode,
    /// `WEIR_METRICS_NAMESPACE`: where in CloudWatch metrics lie. Default `Weir`.
    pub metrics_namespace: Namespace,
    /// `WEIR_METRICS_INTERVAL_MS`: how long metrics, refusals and reads are aggregated before
    /// they leave. Default 10 s.
    pub metrics_interval: Duration,
    /// `WEIR_LOG`: a level, or a list of levels by module. Default `warn`.
    pub log: String,
    /// `WEIR_LOG_FORMAT`: `json` (default) or `human`.
    pub log_format: LogFormat,
    /// `WEIR_ORIGIN_SECRETS`: what a content delivery network in front of the gateway shows, so that
    /// its word about the viewer's address counts; several are separated by commas. Default: there
    /// is no such network.
    pub origin_secrets: OriginSecrets,
    /// `WEIR_SECRET_SEALING_KEYS`: the secret that holds the sealing keys, for functions that seal.
    /// Default `weir/sealing-keys`.
    pub sealing_keys: String,
    /// `WEIR_SECRET_CLIENT_SECRETS`: what the names of the client secrets of metrics keys begin with;
    /// a slash and the workspace follow. Default `weir/metrics-client-secret`.
    pub client_secrets: String,
    /// `WEIR_SECRET_TOKEN_SIGNING_KEYS`: the secret that holds the keys that sign access tokens. Default
    /// `weir/token-signing-keys`.
    pub token_signing_keys: String,
    /// `AWS_REGION`, which Lambda sets.
    pub region: String,
    /// `WEIR_OIDC_*`: whose access tokens are accepted; without any of them, nobody's.
    pub oidc: Option<OidcSettings>,
    /// `WEIR_WEBHOOKS_TO_LOOPBACK`: `allow` lets webhooks go to the machine itself, by `http` too: for
    /// development. Default: they do not.
    pub webhooks_to_loopback: bool,
}

/// How metrics leave, and with that where the function runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricsMode {
    /// Log lines in the embedded metric format: on Lambda, which freezes the process between requests.
    Emf,
    /// Calls to CloudWatch: in a process that goes on between requests.
    CloudWatch,
    /// Not at all.
    Off,
}

/// A variable that is missing or makes no sense. Says which, not what it holds.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// A variable without a default is not set.
    #[error("the environment variable {0} is not set")]
    Missing(&'static str),
    /// A variable has a value that it cannot have.
    #[error("the environment variable {name} must be {expected}")]
    Invalid {
        /// The variable.
        name: &'static str,
        /// What it may be.
        expected: &'static str,
    },
}

impl Config {
    /// Reads the configuration from the process's environment.
    pub fn from_env() -> Result<Self, ConfigError> {
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the configuration module"
        )]
        Self::read(|name| std::env::var(name).ok())
    }

    /// Reads the configuration from anything that knows variables by name. Empty counts as not set.
    pub fn read(variable: impl Fn(&'static str) -> Option<String>) -> Result<Self, ConfigError> {
        let optional = |name| variable(name).filter(|value| !value.is_empty());
        let required = |name| optional(name).ok_or(ConfigError::Missing(name));
        Ok(Self {
            tables: Tables {
                control: required("WEIR_TABLE_CONTROL")?,
                events: required("WEIR_TABLE_EVENTS")?,
                profiles: required("WEIR_TABLE_PROFILES")?,
                activity: required("WEIR_TABLE_ACTIVITY")?,
                runs: required("WEIR_TABLE_RUNS")?,
            },
            metrics: match optional("WEIR_METRICS").as_deref() {
                None | Some("emf") => MetricsMode::Emf,
                Some("cloudwatch") => MetricsMode::CloudWatch,
                Some("off") => MetricsMode::Off,
                Some(_) => return Err(invalid("WEIR_METRICS", "emf, cloudwatch or off")),
            },
            metrics_namespace: match optional("WEIR_METRICS_NAMESPACE") {
                None => Namespace::default(),
                Some(name) => Namespace::parse(&name).ok_or_else(|| {
                    let expected = "up to 255 letters, digits and .-_/#, not beginning with AWS/";
                    invalid("WEIR_METRICS_NAMESPACE", expected)
                })?,
            },
            metrics_interval: match optional("WEIR_METRICS_INTERVAL_MS") {
                None => Duration::from_secs(10),
                Some(millis) => millis.parse().map(Duration::from_millis).map_err(|_| {
                    invalid("WEIR_METRICS_INTERVAL_MS", "a whole number of milliseconds")
                })?,
            },
            log: optional("WEIR_LOG").unwrap_or_else(|| "warn".to_owned()),
            log_format: match optional("WEIR_LOG_FORMAT").as_deref() {
                None | Some("json") => LogFormat::Json,
                Some("human") => LogFormat::Human,
                Some(_) => return Err(invalid("WEIR_LOG_FORMAT", "json or human")),
            },
            origin_secrets: OriginSecrets::read(
                "WEIR_ORIGIN_SECRETS",
                optional("WEIR_ORIGIN_SECRETS").as_deref(),
            )?,
            sealing_keys: optional("WEIR_SECRET_SEALING_KEYS")
                .unwrap_or_else(|| "weir/sealing-keys".to_owned()),
            client_secrets: optional("WEIR_SECRET_CLIENT_SECRETS")
                .unwrap_or_else(|| "weir/metrics-client-secret".to_owned()),
            token_signing_keys: optional("WEIR_SECRET_TOKEN_SIGNING_KEYS")
                .unwrap_or_else(|| "weir/token-signing-keys".to_owned()),
            region: required("AWS_REGION")?,
            oidc: OidcSettings::read(optional)?,
            webhooks_to_loopback: match optional("WEIR_WEBHOOKS_TO_LOOPBACK").as_deref() {
                None => false,
                Some("allow") => true,
                Some(_) => return Err(invalid("WEIR_WEBHOOKS_TO_LOOPBACK", "allow, or not set")),
            },
        })
    }
}

const fn invalid(name: &'static str, expected: &'static str) -> ConfigError {
    ConfigError::Invalid { name, expected }
}

/// Whether it is where browsers find a dashboard: a scheme, a host, and nothing below it but that.
pub fn is_dashboard_url(url: &str) -> bool {
    let Some((scheme, rest)) = url.split_once("://") else {
        return false;
    };
    let host = rest.strip_suffix("/dashboard").unwrap_or_default();
    matches!(scheme, "http" | "https") && !host.is_empty() && !host.contains(['/', '?', '#', '@'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(changes: &[(&str, &str)]) -> Result<Config, ConfigError> {
        Config::read(|name| {
            let change = changes.iter().find(|(changed, _)| *changed == name);
            let given = name.starts_with("WEIR_TABLE_") || name == "AWS_REGION";
            change
                .map(|(_, value)| (*value).to_owned())
                .or(given.then(|| name.to_owned()))
        })
    }

    #[test]
    fn tables_and_region_are_all_that_must_be_set() {
        let config = read(&[]).unwrap();
        assert_eq!(config.tables.events, "WEIR_TABLE_EVENTS");
        assert_eq!(config.metrics, MetricsMode::Emf);
        assert_eq!(config.metrics_interval, Duration::from_secs(10));
        assert_eq!(config.metrics_namespace.as_str(), "Weir");
        assert_eq!(config.log, "warn");
    }

    #[test]
    fn an_error_names_the_variable_but_not_its_value() {
        let error = |changes| read(changes).unwrap_err().to_string();
        insta::assert_snapshot!(error(&[("WEIR_TABLE_CONTROL", "")]), @"the environment variable WEIR_TABLE_CONTROL is not set");
        insta::assert_snapshot!(error(&[("WEIR_METRICS", "stdout")]), @"the environment variable WEIR_METRICS must be emf, cloudwatch or off");
        insta::assert_snapshot!(error(&[("WEIR_METRICS_NAMESPACE", "AWS/Lambda")]), @"the environment variable WEIR_METRICS_NAMESPACE must be up to 255 letters, digits and .-_/#, not beginning with AWS/");
        insta::assert_snapshot!(error(&[("WEIR_METRICS_INTERVAL_MS", "5s")]), @"the environment variable WEIR_METRICS_INTERVAL_MS must be a whole number of milliseconds");
        insta::assert_snapshot!(error(&[("WEIR_LOG_FORMAT", "xml")]), @"the environment variable WEIR_LOG_FORMAT must be json or human");
    }
}
