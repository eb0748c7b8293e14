//! What the command that started this program wants to know: one line of JSON.

use std::collections::BTreeMap;

use control::{IntegrationKeys, MetricsPair};
use local::{Endpoints, issuer};
use secrets::{SESSION_KEYS, SecretNames, TOKEN_SIGNING_KEYS};
use serde::Serialize;
use store::Tables;
use telemetry::Namespace;

use crate::once::Once;
use crate::people::Oidc;

/// Any region will do, as long as it is the same one everywhere.
pub(crate) const REGION: &str = "eu-west-1";

/// The stand-in takes any credentials; these say what they are.
pub(crate) const ACCESS_KEY_ID: &str = "local";
pub(crate) const SECRET_ACCESS_KEY: &str = "local";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Ready {
    pub(crate) workspace_id: String,
    pub(crate) keys: Keys,
    pub(crate) metrics: Metrics,
    /// Of the first admin; administers the workspace.
    pub(crate) admin_api_key: Option<String>,
    pub(crate) aws: Aws,
    pub(crate) oidc: Oidc,
    /// What a function's environment must hold, by variable.
    pub(crate) environment: BTreeMap<&'static str, String>,
}

/// The keys of the first workspace, in full: whoever reads this line is to use them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Keys {
    write_only: String,
    read_write: String,
    sensor: String,
    rum: String,
    third_party: String,
}

impl Keys {
    pub(crate) fn of(keys: &IntegrationKeys) -> Self {
        Self {
            write_only: keys.write_only.expose().to_owned(),
            read_write: keys.read_write.expose().to_owned(),
            sensor: keys.sensor.expose().to_owned(),
            rum: keys.rum.expose().to_owned(),
            third_party: keys.third_party.expose().to_owned(),
        }
    }
}

/// What a short-lived token of the Metrics API is asked for with.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Metrics {
    api_key: String,
    client_secret: Option<String>,
}

impl Metrics {
    pub(crate) fn of(pair: &MetricsPair, once: &Once) -> Self {
        Self {
            api_key: pair.key.expose().to_owned(),
            client_secret: once.client_secret.clone(),
        }
    }
}

/// How any AWS client reaches the stand-in.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Aws {
    dynamodb: String,
    secrets_manager: String,
    cloud_watch: String,
    region: &'static str,
    access_key_id: &'static str,
    secret_access_key: &'static str,
}

impl Aws {
    pub(crate) fn at(endpoints: &Endpoints) -> Self {
        Self {
            dynamodb: endpoints.dynamodb.clone(),
            secrets_manager: endpoints.secrets_manager.clone(),
            cloud_watch: endpoints.cloud_watch.clone(),
            region: REGION,
            access_key_id: ACCESS_KEY_ID,
            secret_access_key: SECRET_ACCESS_KEY,
        }
    }
}

/// The environment of a function that finds its AWS at these endpoints.
pub(crate) fn environment(
    endpoints: &Endpoints,
    tables: &Tables,
    gateway: u16,
) -> BTreeMap<&'static str, String> {
    BTreeMap::from([
        ("AWS_ENDPOINT_URL_DYNAMODB", endpoints.dynamodb.clone()),
        (
            "AWS_ENDPOINT_URL_SECRETS_MANAGER",
            endpoints.secrets_manager.clone(),
        ),
        ("AWS_ENDPOINT_URL_CLOUDWATCH", endpoints.cloud_watch.clone()),
        ("AWS_REGION", REGION.to_owned()),
        ("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID.to_owned()),
        ("AWS_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY.to_owned()),
        ("WEIR_OIDC_ISSUER", endpoints.issuer.clone()),
        ("WEIR_OIDC_AUDIENCE", issuer::CLIENT_ID.to_owned()),
        ("WEIR_OIDC_ALGORITHM", "ES256".to_owned()),
        (
            "WEIR_DASHBOARD_URL",
            format!("http://127.0.0.1:{gateway}/dashboard"),
        ),
        ("WEIR_TABLE_CONTROL", tables.control.clone()),
        ("WEIR_TABLE_EVENTS", tables.events.clone()),
        ("WEIR_TABLE_PROFILES", tables.profiles.clone()),
        ("WEIR_TABLE_ACTIVITY", tables.activity.clone()),
        ("WEIR_TABLE_RUNS", tables.runs.clone()),
        ("WEIR_WEBHOOKS_TO_LOOPBACK", "allow".to_owned()),
        (
            "WEIR_SECRET_SEALING_KEYS",
            SecretNames::default().sealing_keys,
        ),
        (
            "WEIR_SECRET_CLIENT_SECRETS",
            SecretNames::default().client_secrets,
        ),
        ("WEIR_SECRET_SESSION_KEYS", SESSION_KEYS.to_owned()),
        (
            "WEIR_SECRET_TOKEN_SIGNING_KEYS",
            TOKEN_SIGNING_KEYS.to_owned(),
        ),
        // A function under `cargo lambda watch` goes on between requests.
        ("WEIR_METRICS", "cloudwatch".to_owned()),
        (
            "WEIR_METRICS_NAMESPACE",
            Namespace::default().as_str().to_owned(),
        ),
        ("WEIR_METRICS_INTERVAL_MS", "1000".to_owned()),
        ("WEIR_LOG", "info,lambda_runtime=error".to_owned()),
        ("WEIR_LOG_FORMAT", "human".to_owned()),
    ])
}
