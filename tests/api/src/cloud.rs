//! AWS for one Weir: the stand-in in this process, with the tables.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Result;
use aws_config::SdkConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region, SharedCredentialsProvider};
use local::{StandIn, issuer};
use secrets::{SecretNames, Secrets};
use store::{Store, Tables};
use telemetry::{Metrics, Sink};

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
        };
        let cloud = Self {
            stand_in: StandIn::memory().await?,
            tables,
        };
        store::create_tables(&cloud.dynamodb(), &cloud.tables).await?;
        cloud.secrets().create_if_missing().await?;
        Ok(cloud)
    }

    /// What a function needs to know.
    pub(crate) fn environment(&self) -> BTreeMap<String, String> {
        let endpoints = self.stand_in.endpoints();
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
            ("WEIR_METRICS", "cloudwatch"),
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
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .endpoint_url(&self.stand_in.endpoints().secrets_manager)
            .region(Region::new(REGION))
            .credentials_provider(SharedCredentialsProvider::new(credentials()))
            .build();
        Secrets::new(secrets::client(&config), SecretNames::default())
    }

    /// For what an administrator does.
    pub(crate) fn store(&self) -> Store {
        let metrics = Metrics::new(Sink::Discard, Duration::from_secs(10));
        Store::new(self.dynamodb(), self.tables.clone(), metrics)
    }
}

fn credentials() -> Credentials {
    Credentials::new(CREDENTIAL, CREDENTIAL, None, None, "test")
}
