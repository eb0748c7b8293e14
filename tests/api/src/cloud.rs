//! AWS for one Weir: the stand-in in this process, with the tables.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use anyhow::Result;
use aws_config::SdkConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region, SharedCredentialsProvider};
use local::{StandIn, issuer};
use secrets::{SESSION_KEYS, SecretNames, Secrets, SessionKeys, TOKEN_SIGNING_KEYS, TokenKeys};
use store::{Store, Tables};
use telemetry::Metrics;

use crate::metrics::NAMESPACE;

const REGION: &str = "eu-central-1";
const CREDENTIAL: &str = "local";

/// How long the functions collect metrics.
const METRICS_INTERVAL_MS: &str = "100";

#[derive(Debug)]
pub(crate) struct Cloud {
    pub(crate) stand_in: StandIn,
    tables: Tables,
}

impl Cloud {
    /// Starts the stand-in in memory, with the tables.
    pub(crate) async fn start() -> Result<Self> {
        let tables = Tables {
            control: "control".to_owned(),
            events: "events".to_owned(),
            profiles: "profiles".to_owned(),
            activity: "activity".to_owned(),
            runs: "runs".to_owned(),
        };
        let cloud = Self {
            stand_in: StandIn::memory().await?,
            tables,
        };
        store::create_tables(&cloud.dynamodb(), &cloud.tables).await?;
        cloud.secrets().create_if_missing().await?;
        let token_keys = TokenKeys::new(cloud.secrets_manager(), TOKEN_SIGNING_KEYS);
        token_keys.create_if_missing().await?;
        let session_keys = SessionKeys::new(cloud.secrets_manager(), SESSION_KEYS);
        session_keys.create_if_missing().await?;
        cloud.record_permissions()?;
        Ok(cloud)
    }

    /// Leaves a record of what the functions ask of AWS where `cargo xtask test` wants it: first what
    /// the names of tables and secrets are, then what was asked of them.
    fn record_permissions(&self) -> Result<()> {
        let Some(path) = std::env::var_os("WEIR_PERMISSIONS") else {
            return Ok(());
        };
        let mut named = self.environment();
        named.retain(|name, _| name.starts_with("WEIR_TABLE_") || name.starts_with("WEIR_SECRET_"));
        let line = serde_json::json!({ "environment": named });
        let mut record = File::options().create(true).append(true).open(&path)?;
        record.write_all(format!("{line}\n").as_bytes())?;
        self.stand_in.journal(Path::new(&path))?;
        Ok(())
    }

    /// What a function needs to know of AWS.
    pub(crate) fn environment(&self) -> BTreeMap<String, String> {
        let endpoints = self.stand_in.endpoints();
        let names = SecretNames::default();
        [
            ("AWS_REGION", REGION),
            ("AWS_ACCESS_KEY_ID", CREDENTIAL),
            ("AWS_SECRET_ACCESS_KEY", CREDENTIAL),
            ("AWS_ENDPOINT_URL_DYNAMODB", &endpoints.dynamodb),
            (
                "AWS_ENDPOINT_URL_SECRETS_MANAGER",
                &endpoints.secrets_manager,
            ),
            ("AWS_ENDPOINT_URL_CLOUDWATCH", &endpoints.cloud_watch),
            ("WEIR_OIDC_ISSUER", &endpoints.issuer),
            ("WEIR_OIDC_AUDIENCE", issuer::CLIENT_ID),
            ("WEIR_OIDC_ALGORITHM", "ES256"),
            ("WEIR_TABLE_CONTROL", &self.tables.control),
            ("WEIR_TABLE_EVENTS", &self.tables.events),
            ("WEIR_TABLE_PROFILES", &self.tables.profiles),
            ("WEIR_TABLE_ACTIVITY", &self.tables.activity),
            ("WEIR_SECRET_SEALING_KEYS", &names.sealing_keys),
            ("WEIR_SECRET_CLIENT_SECRETS", &names.client_secrets),
            ("WEIR_SECRET_SESSION_KEYS", SESSION_KEYS),
            ("WEIR_SECRET_TOKEN_SIGNING_KEYS", TOKEN_SIGNING_KEYS),
            ("WEIR_TABLE_RUNS", &self.tables.runs),
            ("WEIR_WEBHOOKS_TO_LOOPBACK", "allow"),
            ("WEIR_METRICS", "cloudwatch"),
            ("WEIR_METRICS_NAMESPACE", NAMESPACE),
            ("WEIR_METRICS_INTERVAL_MS", METRICS_INTERVAL_MS),
            // All there is, so that a test can look for what must not be there.
            ("WEIR_LOG", "debug"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
    }

    pub(crate) const fn tables(&self) -> &Tables {
        &self.tables
    }

    /// A new client: its connections belong to the runtime of the test that asks.
    pub(crate) fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        let config = aws_sdk_dynamodb::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .endpoint_url(&self.stand_in.endpoints().dynamodb)
            .region(Region::new(REGION))
            .credentials_provider(credentials())
            .build();
        aws_sdk_dynamodb::Client::from_conf(config)
    }

    /// A new client: its connections belong to the runtime of the test that asks.
    pub(crate) fn cloudwatch(&self) -> aws_sdk_cloudwatch::Client {
        let config = aws_sdk_cloudwatch::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .endpoint_url(&self.stand_in.endpoints().cloud_watch)
            .region(Region::new(REGION))
            .credentials_provider(credentials())
            .build();
        aws_sdk_cloudwatch::Client::from_conf(config)
    }

    /// The secrets of the functions that seal.
    fn secrets(&self) -> Secrets {
        Secrets::new(self.secrets_manager(), SecretNames::default())
    }

    fn secrets_manager(&self) -> aws_sdk_secretsmanager::Client {
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .endpoint_url(&self.stand_in.endpoints().secrets_manager)
            .region(Region::new(REGION))
            .credentials_provider(SharedCredentialsProvider::new(credentials()))
            .build();
        secrets::client(&config)
    }

    /// For what an administrator does.
    pub(crate) fn store(&self) -> Store {
        Store::new(self.dynamodb(), self.tables.clone(), Metrics::off())
    }
}

fn credentials() -> Credentials {
    Credentials::new(CREDENTIAL, CREDENTIAL, None, None, "test")
}
