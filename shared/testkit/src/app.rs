//! A workspace with its functions.

mod callers;

use std::sync::Arc;
use std::time::Duration;

use aws_config::{BehaviorVersion, Region};
use aws_sdk_dynamodb::config::Credentials;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use axum::Router;
use dashboard::{Clients, Dashboard};
use edge::{Config, Later, Runtime, Settings, Tally};
use event::{Clock, Event, Signal, WorkspaceId};
use local::issuer;
use local::stream::{Deliverer, Options, Target};
use local::{Endpoints, StandIn};
use policy::Actor;
use projector::Projector;
use secrets::{SESSION_KEYS, SecretNames, Secrets, SessionKeys};
use store::{AuditAction, AuditEntry, Store, StoredChunk, WorkspaceSettings, create_tables};
use telemetry::{Metrics, Sink};
use workflows::{Invocation, Limits, Sweep, Workflows};

use crate::{Call, ManualClock};

const WORKSPACE: &str = "test";
/// The stand-in shares its processors with every other test and may take its time.
const PATIENCE: Duration = Duration::from_secs(30);
/// Where browsers find the dashboard.
pub const ORIGIN: &str = "http://127.0.0.1:9000";

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
    /// The secrets.
    pub secrets: Secrets,
    manager: aws_sdk_secretsmanager::Client,
    /// Who runs workflows.
    pub workflows: Workflows,
    ingest: Router,
    profiles: Router,
    dashboard: Router,
    pub(crate) keys: Router,
    stream: Deliverer,
    runs: Deliverer,
}

impl TestApp {
    /// An empty workspace.
    pub async fn start() -> Self {
        // Boxed: it is as large as all that it starts.
        Box::pin(Self::with_stream(Options::default())).await
    }

    /// An empty workspace whose stream is delivered as the options say.
    pub async fn with_stream(options: Options) -> Self {
        // On the heap: all of it together is too large for the stack of every test.
        Box::pin(Self::build(options)).await
    }

    async fn build(options: Options) -> Self {
        let stand_in = StandIn::memory().await.unwrap();
        let config = Config::read(|name| variable(name, stand_in.endpoints())).unwrap();
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
        let clock = Arc::new(ManualClock::default());
        let metrics = Metrics::new(
            Sink::CloudWatch(cloud_watch.clone()),
            config.metrics_interval,
            Arc::clone(&clock) as Arc<dyn Clock>,
        );

        let at_secrets = aws
            .to_builder()
            .endpoint_url(&stand_in.endpoints().secrets_manager);
        let manager = patient_manager(&secrets::client(&at_secrets.build()));
        let session_keys = SessionKeys::new(manager.clone(), SESSION_KEYS);
        session_keys.create_if_missing().await.unwrap();
        let secrets = Secrets::new(manager.clone(), SecretNames::default());
        secrets.create_if_missing().await.unwrap();
        let client = patient_client(&store::client(&aws));
        create_tables(&client, &config.tables).await.unwrap();
        let store = Store::new(client, config.tables.clone(), metrics.clone());
        let workspace = WorkspaceId::parse(WORKSPACE).unwrap();
        let settings = WorkspaceSettings::new("Test", clock.now());
        let made = AuditEntry {
            at: clock.now(),
            actor: Actor::Bootstrap,
            address: None,
            request_id: None,
            action: AuditAction::WorkspaceCreated,
            subject: WORKSPACE.to_owned(),
            subject_name: None,
            changes: serde_json::Map::new(),
        };
        let made = store.create_workspace(&workspace, &settings, &made).await;
        made.unwrap();

        let (events, runs) = (config.tables.events.clone(), config.tables.runs.clone());
        let settings = Settings::new(store.clone());
        let (interval, patience) = (config.metrics_interval, PATIENCE);
        let tally = Tally::with_patience(store.clone(), settings.clone(), interval, patience);
        let runtime = Runtime {
            config: Arc::new(config),
            aws,
            store: store.clone(),
            metrics,
            settings,
            tally,
            later: Later::default(),
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
        let workflows = Workflows::new(&runtime, secrets.clone(), Self::limits());
        let run = to_workflows(workflows.clone());
        let clients = Clients {
            secrets: manager.clone(),
            cloud_watch: cloud_watch.clone(),
        };
        let settings = dashboard::Settings::read(dashboard_variable).unwrap();
        Self {
            dashboard: Dashboard::new(&runtime, clients, settings).router(),
            ingest: ingest::router(&runtime),
            profiles: profiles::router(&runtime),
            keys: keys::router(&runtime, secrets.clone()),
            stream: Deliverer::new(
                stand_in.database().clone(),
                events,
                handler,
                options.clone(),
            ),
            runs: Deliverer::new(stand_in.database().clone(), runs, run, options),
            stand_in,
            manager,
            cloud_watch,
            store,
            clock,
            workspace,
            runtime,
            secrets,
            workflows,
        }
    }

    /// What is under way at the same time, and for how long: as deployed, but that no machine is too slow
    /// for the stream. Shorter than the pause before a second attempt, which would else be slept.
    pub fn limits() -> Limits {
        let limits = Limits::default();
        Limits {
            patience: limits.timeout,
            ..limits
        }
    }

    /// Secrets Manager, for the rings of functions that are not here.
    pub fn secrets_manager(&self) -> aws_sdk_secretsmanager::Client {
        self.manager.clone()
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

    /// A request of any method to `dashboard`, as a browser sends it that reads pages of [`ORIGIN`].
    pub fn to_dashboard(&self, method: &'static str, path: &str) -> Call {
        let call = Call::new(self.dashboard.clone(), method, path).header("host", "127.0.0.1:9000");
        if method == "POST" {
            call.header("origin", ORIGIN)
        } else {
            call
        }
    }

    /// A request of any method to `keys`.
    pub fn to_keys(&self, method: &'static str, path: &str) -> Call {
        Call::new(self.keys.clone(), method, path)
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

    /// Brings everything new in the log to the projector, and every new run to who runs it.
    pub async fn run_workflows(&mut self) {
        self.project().await;
        self.runs.drain().await.unwrap();
        // What runs sent into the log may start others.
        self.project().await;
        self.runs.drain().await.unwrap();
    }

    /// Works on what is due now; says on how many runs and schedules.
    pub async fn sweep(&self) -> u64 {
        let budget = Duration::ZERO;
        self.workflows.sweep(Sweep { budget }).await
    }
}

/// The client as functions have it, but for its short timeouts.
fn patient_client(client: &aws_sdk_dynamodb::Client) -> aws_sdk_dynamodb::Client {
    let config = client.config().to_builder();
    aws_sdk_dynamodb::Client::from_conf(config.timeout_config(patient()).build())
}

/// The same for Secrets Manager.
fn patient_manager(client: &aws_sdk_secretsmanager::Client) -> aws_sdk_secretsmanager::Client {
    let config = client.config().to_builder();
    aws_sdk_secretsmanager::Client::from_conf(config.timeout_config(patient()).build())
}

fn patient() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(PATIENCE)
        .operation_attempt_timeout(PATIENCE)
        .operation_timeout(PATIENCE)
        .build()
}

fn to_workflows(workflows: Workflows) -> Target {
    Target::handler(move |event| {
        let workflows = workflows.clone();
        async move {
            let event: Invocation =
                serde_json::from_value(event).map_err(|error| error.to_string())?;
            let answer = workflows.handle(event).await;
            serde_json::to_value(answer).map_err(|error| error.to_string())
        }
    })
}

/// The environment of a function in a test.
fn variable(name: &'static str, endpoints: &Endpoints) -> Option<String> {
    let value = match name {
        "WEIR_TABLE_CONTROL" => "control",
        "WEIR_TABLE_EVENTS" => "events",
        "WEIR_TABLE_PROFILES" => "profiles",
        "WEIR_TABLE_ACTIVITY" => "activity",
        "WEIR_TABLE_RUNS" => "runs",
        "WEIR_WEBHOOKS_TO_LOOPBACK" => "allow",
        "AWS_REGION" => "local",
        "WEIR_OIDC_ISSUER" => &endpoints.issuer,
        "WEIR_OIDC_AUDIENCE" => issuer::CLIENT_ID,
        "WEIR_OIDC_ALGORITHM" => "ES256",
        _ => return None,
    };
    Some(value.to_owned())
}

fn dashboard_variable(name: &'static str) -> Option<String> {
    (name == "WEIR_DASHBOARD_URL").then(|| format!("{ORIGIN}/dashboard"))
}
