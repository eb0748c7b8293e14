//! A workspace with its functions.

use std::sync::Arc;

use aws_config::{BehaviorVersion, Region};
use aws_sdk_dynamodb::config::Credentials;
use axum::Router;
use edge::{Config, Runtime};
use event::{Clock, Event, Signal, WorkspaceId};
use local::StandIn;
use local::stream::{Deliverer, Options, Target};
use policy::{ApiKey, KeyKind, KeyRecord, Policy};
use projector::Projector;
use store::{KeyDetails, NewKey, Store, StoredChunk, WorkspaceSettings, create_tables};
use telemetry::{Metrics, Sink};

use crate::{Call, ManualClock};

const WORKSPACE: &str = "test";

/// A workspace on a DynamoDB in memory, its functions, and a clock to be set.
#[derive(Debug)]
pub struct TestApp {
    /// The AWS stand-in: faults, and what was called.
    pub stand_in: StandIn,
    /// The store, for what has no route.
    pub store: Store,
    /// The clock of all functions.
    pub clock: Arc<ManualClock>,
    /// The workspace.
    pub workspace: WorkspaceId,
    /// Where the metrics go.
    pub cloud_watch: aws_sdk_cloudwatch::Client,
    /// What the functions were started with.
    pub runtime: Runtime,
    ingest: Router,
    profiles: Router,
    stream: Deliverer,
}

impl TestApp {
    /// An empty workspace.
    pub async fn start() -> Self {
        Self::with_stream(Options::default()).await
    }

    /// An empty workspace whose stream is delivered as the options say.
    pub async fn with_stream(options: Options) -> Self {
        let stand_in = StandIn::memory().await.unwrap();
        let config = Config::read(variable).unwrap();
        let aws = aws_config::defaults(BehaviorVersion::latest())
            .endpoint_url(&stand_in.endpoints().dynamodb)
            .region(Region::from_static("local"))
            .credentials_provider(Credentials::new("test", "test", None, None, "test"))
            .load()
            .await;
        let cloud_watch = aws_sdk_cloudwatch::config::Builder::from(&aws)
            .endpoint_url(&stand_in.endpoints().cloud_watch)
            .build();
        let cloud_watch = aws_sdk_cloudwatch::Client::from_conf(cloud_watch);
        let metrics = Metrics::new(
            Sink::CloudWatch(cloud_watch.clone()),
            config.metrics_interval,
        );

        let client = store::client(&aws);
        create_tables(&client, &config.tables).await.unwrap();
        let store = Store::new(client, config.tables.clone(), metrics.clone());
        let clock = Arc::new(ManualClock::default());
        let workspace = WorkspaceId::parse(WORKSPACE).unwrap();
        let settings = WorkspaceSettings::new("Test", clock.now());
        store.create_workspace(&workspace, &settings).await.unwrap();

        let events = config.tables.events.clone();
        let runtime = Runtime {
            config: Arc::new(config),
            aws,
            store: store.clone(),
            metrics,
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
        };
        let projector = Arc::new(Projector::new(&runtime));
        let handler = Target::handler(move |event| {
            let projector = Arc::clone(&projector);
            async move {
                let event = serde_json::from_value(event).map_err(|error| error.to_string())?;
                let response = projector.handle(event).await;
                serde_json::to_value(response).map_err(|error| error.to_string())
            }
        });
        Self {
            ingest: ingest::router(&runtime),
            profiles: profiles::router(&runtime),
            stream: Deliverer::new(stand_in.database().clone(), events, handler, options),
            stand_in,
            cloud_watch,
            store,
            clock,
            workspace,
            runtime,
        }
    }

    /// A new key of that kind that may do everything from anywhere.
    pub async fn key(&self, kind: KeyKind) -> ApiKey {
        self.key_with(kind, Policy::default()).await
    }

    /// A new key with that policy.
    pub async fn key_with(&self, kind: KeyKind, policy: Policy) -> ApiKey {
        self.issue(kind, policy, |_| {}).await
    }

    /// A new key whose record is changed before it is stored.
    pub async fn issue(
        &self,
        kind: KeyKind,
        policy: Policy,
        change: impl FnOnce(&mut KeyRecord),
    ) -> ApiKey {
        let key = ApiKey::generate(kind, &mut rand::rng());
        let mut record = KeyRecord::issued(&key, self.workspace.clone());
        change(&mut record);
        let details = KeyDetails {
            name: key.id().to_string(),
            tags: Vec::new(),
            creator: "test".to_owned(),
            created_at: self.clock.now(),
        };
        let new = NewKey {
            record,
            policy,
            details,
            sealed: None,
        };
        self.store.create_key(&new).await.unwrap();
        key
    }

    /// A request to `ingest`.
    pub fn post(&self, path: &str) -> Call {
        Call::new(self.ingest.clone(), "POST", path)
    }

    /// A request of any method to `ingest`.
    pub fn to_ingest(&self, method: &'static str, path: &str) -> Call {
        Call::new(self.ingest.clone(), method, path)
    }

    /// A reading request to `profiles`.
    pub fn get(&self, path: &str) -> Call {
        Call::new(self.profiles.clone(), "GET", path)
    }

    /// A request of any method to `profiles`.
    pub fn to_profiles(&self, method: &'static str, path: &str) -> Call {
        Call::new(self.profiles.clone(), method, path)
    }

    /// Every chunk of that signal in the log, in no order.
    pub async fn chunks(&self, signal: Signal) -> Vec<StoredChunk> {
        let mut scan = self.store.all_chunks(0, 1);
        let mut chunks = Vec::new();
        while let Some(page) = scan.next().await.unwrap() {
            chunks.extend(page.into_iter().filter(|chunk| chunk.meta.signal == signal));
        }
        chunks
    }

    /// Every event of that signal in the log, repeated ones too.
    pub async fn log(&self, signal: Signal) -> Vec<Event<'static>> {
        let chunks = self.chunks(signal).await;
        chunks
            .iter()
            .flat_map(|chunk| chunk.events().unwrap())
            .collect()
    }

    /// Brings everything new in the log to the projector.
    pub async fn project(&mut self) {
        self.stream.drain().await.unwrap();
    }
}

/// The environment of a function in a test.
fn variable(name: &'static str) -> Option<String> {
    let value = match name {
        "WEIR_TABLE_CONTROL" => "control",
        "WEIR_TABLE_EVENTS" => "events",
        "WEIR_TABLE_PROFILES" => "profiles",
        "WEIR_TABLE_ACTIVITY" => "activity",
        "AWS_REGION" => "local",
        _ => return None,
    };
    Some(value.to_owned())
}
