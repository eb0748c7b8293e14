//! What a process of a function has: built once, at cold start.

use std::sync::Arc;
use std::time::Duration;

use aws_config::SdkConfig;
use event::{Clock, KeyId};
use store::Store;
use telemetry::{LogError, Metrics, Sink, init_tracing};

use crate::config::MetricsMode;
use crate::{Config, ConfigError, Later, Settings, SystemClock, Tally, aws, panic};

/// The start does not wait longer than this for the first connection.
const WARM_UP_TIMEOUT: Duration = Duration::from_secs(1);
/// An id that no key has: generated ids are random.
const NO_KEY: &str = "000000000000";

/// What a process of a function has. Clones share everything.
#[derive(Debug, Clone)]
pub struct Runtime {
    /// What the environment said.
    pub config: Arc<Config>,
    /// The AWS configuration, for the clients that a function needs beside the store.
    pub aws: SdkConfig,
    /// The store.
    pub store: Store,
    /// The metrics; [`run`](fn@crate::run) flushes them.
    pub metrics: Metrics,
    /// The workspaces' settings.
    pub settings: Settings,
    /// The counts of refusals and reads; [`run`](fn@crate::run) flushes them.
    pub tally: Tally,
    /// What is done after an answer was sent; [`run`](fn@crate::run) sees to it.
    pub later: Later,
    /// The clock.
    pub clock: Arc<dyn Clock>,
}

/// Why a process cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The environment lacks something.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The log cannot be set up.
    #[error("the log cannot be set up")]
    Log(#[from] LogError),
}

impl Runtime {
    /// Reads the environment, sets up log and panic hook, builds the clients. Calls nobody.
    ///
    /// `AWS_ENDPOINT_URL` and its variants by service lead the clients to a stand-in. Credentials come
    /// from the environment only, where Lambda puts them: nothing is looked up on the network.
    pub fn start() -> Result<Self, StartError> {
        let config = Config::from_env()?;
        init_tracing(config.log_format, &config.log)?;
        panic::log_place_only();

        let aws = aws::config(&config.region);
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let sink = match config.metrics {
            MetricsMode::Emf => Some(Sink::Emf),
            MetricsMode::CloudWatch => {
                Some(Sink::CloudWatch(aws_sdk_cloudwatch::Client::new(&aws)))
            }
            MetricsMode::Off => None,
        };
        let namespace = config.metrics_namespace.clone();
        let metrics = sink.map_or(Metrics::off(), |sink| {
            Metrics::in_namespace(namespace, sink, config.metrics_interval, Arc::clone(&clock))
        });
        let store = Store::new(store::client(&aws), config.tables.clone(), metrics.clone());
        let settings = Settings::new(store.clone());
        let tally = Tally::new(store.clone(), settings.clone(), config.metrics_interval);
        Ok(Self {
            config: Arc::new(config),
            aws,
            store,
            metrics,
            settings,
            tally,
            later: Later::default(),
            clock,
        })
    }

    /// Opens the connection to DynamoDB by asking for a key that does not exist, so that the first
    /// request does not wait for it. A failure is the first request's to meet.
    pub async fn warm_up(&self) {
        let Ok(no_key) = KeyId::parse(NO_KEY) else {
            return;
        };
        let answer = tokio::time::timeout(WARM_UP_TIMEOUT, self.store.key(&no_key)).await;
        if !matches!(answer, Ok(Ok(_))) {
            tracing::warn!("the connection to the database could not be opened at the start");
        }
    }

    /// Does what waits for its answer to be sent, and lets go of counts and metrics whose interval is
    /// over.
    pub async fn flush_if_due(&self) {
        self.later.finish().await;
        let now = self.clock.now();
        self.tally.flush_if_due(now).await;
        self.metrics.flush_if_due(now).await;
    }

    /// Does what waits, and lets go of all counts and metrics, now.
    pub async fn flush(&self) {
        self.later.finish().await;
        // First: these writes are measured too.
        self.tally.flush().await;
        self.metrics.flush(self.clock.now()).await;
    }
}
