//! A store on a DynamoDB in memory, and builders.

mod builders;
mod probe;

use std::time::Duration;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{Credentials, SharedCredentialsProvider};
use event::WorkspaceId;
use local::StandIn;
use store::{Store, Tables, client, create_tables};
use telemetry::Metrics;

pub(crate) use builders::*;
pub(crate) use probe::Probe;

/// What an SDK client needs to speak to the stand-in.
pub(crate) fn config(endpoint: &str) -> SdkConfig {
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(SharedCredentialsProvider::new(Credentials::for_tests()))
        .endpoint_url(endpoint)
        .build()
}

pub(crate) struct Fixture {
    pub(crate) stand_in: StandIn,
    pub(crate) store: Store,
    pub(crate) tables: Tables,
    pub(crate) workspace: WorkspaceId,
    pub(crate) probe: Probe,
    /// With the short timeouts that functions have.
    client: aws_sdk_dynamodb::Client,
    /// Patient, and with the probe.
    watched: aws_sdk_dynamodb::Client,
}

impl Fixture {
    pub(crate) async fn new() -> Self {
        let stand_in = StandIn::memory().await.unwrap();
        Self::on(stand_in, Metrics::off()).await
    }

    /// A store that reports to these metrics.
    pub(crate) async fn on(stand_in: StandIn, metrics: Metrics) -> Self {
        let tables = Tables::with_prefix("test");
        let plain = client(&config(&stand_in.endpoints().dynamodb));
        let probe = Probe::default();
        // The stand-in shares its processors with every other test and may take its time.
        let patience = Duration::from_secs(30);
        let patient = TimeoutConfig::builder()
            .connect_timeout(patience)
            .operation_attempt_timeout(patience)
            .operation_timeout(patience)
            .build();
        let watched = plain
            .config()
            .to_builder()
            .interceptor(probe.clone())
            .timeout_config(patient)
            .build();
        let watched = aws_sdk_dynamodb::Client::from_conf(watched);
        create_tables(&watched, &tables).await.unwrap();
        create_tables(&watched, &tables).await.unwrap();
        let store = Store::new(watched.clone(), tables.clone(), metrics);
        stand_in.clear_recorded();
        Self {
            stand_in,
            store,
            tables,
            workspace: workspace("acme"),
            probe,
            client: plain,
            watched,
        }
    }

    /// The store of another process: what a store remembers it does not know.
    pub(crate) fn elsewhere(&self) -> Store {
        Store::new(self.watched.clone(), self.tables.clone(), Metrics::off())
    }

    /// The store as functions have it, with its short timeouts.
    pub(crate) fn impatient(&self) -> Store {
        Store::new(self.client.clone(), self.tables.clone(), Metrics::off())
    }

    /// How many items a table holds, whatever they are.
    pub(crate) async fn item_count(&self, table: &str) -> i32 {
        let scan = self.watched.scan().table_name(table).send();
        let scan = scan.await.unwrap();
        assert_eq!(scan.last_evaluated_key, None);
        scan.count
    }

    /// How often an action was asked for.
    pub(crate) fn calls(&self, action: &str) -> usize {
        self.stand_in
            .recorded()
            .iter()
            .filter(|request| request.action == action)
            .count()
    }
}
