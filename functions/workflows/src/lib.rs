//! Runs the steps of workflows.
//!
//! The stream of the runs table brings new runs; once a minute the function looks for what is due.
//! Both do the same: [`work`](Workflows) reads a run, asks the machine of [`workflow`] what is next,
//! records that, does it, and records what came of it. `stream` and `sweep` bring runs; `work` takes
//! one as far as it goes; `effects` does what steps do; `deliver` and `send` speak to destinations.

mod definitions;
mod deliver;
mod effects;
mod invocation;
mod places;
mod schedule;
mod send;
mod stream;
mod sweep;
mod work;

use std::sync::Arc;
use std::time::Duration;

use edge::{Problem, Runtime, Settings};
use event::Clock;
use secrets::{SecretNames, Secrets, SecretsError};
use store::{Store, StoreError};

pub use invocation::{Answer, Invocation};
pub use sweep::Sweep;

use crate::definitions::Definitions;
use crate::send::Sender;

/// How much may be sent at the same time, and how long who waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Runs that a sweep works on at the same time.
    pub per_sweep: usize,
    /// Webhooks of one workspace under way at the same time, in all processes together.
    pub per_workspace: u32,
    /// Webhooks to one destination under way at the same time, in all processes together.
    pub per_destination: u32,
    /// How long a destination may take to answer.
    pub timeout: Duration,
    /// How long the stream waits for one: so long at most a run keeps those behind it waiting. What
    /// takes longer is sent by the sweep.
    pub patience: Duration,
    /// How much longer what an answer says beyond its status may take: it is read so that the connection
    /// can be used again.
    pub answer_patience: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            per_sweep: 400,
            per_workspace: 200,
            per_destination: 50,
            timeout: Duration::from_secs(10),
            patience: Duration::from_secs(2),
            answer_patience: Duration::from_secs(1),
        }
    }
}

/// Works on runs. Clones share everything.
#[derive(Debug, Clone)]
pub struct Workflows(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    store: Store,
    secrets: Secrets,
    settings: Settings,
    clock: Arc<dyn Clock>,
    sender: Sender,
    definitions: Definitions,
    limits: Limits,
    /// Held by whoever notes how a destination answers.
    notes: tokio::sync::Mutex<()>,
    /// Held by whoever begins a step that may be what ended a process.
    suspects: tokio::sync::Mutex<()>,
}

impl Workflows {
    /// For this process.
    pub fn new(runtime: &Runtime, secrets: Secrets, limits: Limits) -> Self {
        Self(Arc::new(Shared {
            store: runtime.store.clone(),
            secrets,
            settings: runtime.settings.clone(),
            clock: Arc::clone(&runtime.clock),
            sender: Sender::new(runtime.config.webhooks_to_loopback, limits.answer_patience),
            definitions: Definitions::default(),
            limits,
            notes: tokio::sync::Mutex::default(),
            suspects: tokio::sync::Mutex::default(),
        }))
    }
}

/// The secrets that the environment names.
pub fn secrets(runtime: &Runtime) -> Secrets {
    let names = SecretNames {
        sealing_keys: runtime.config.sealing_keys.clone(),
        ..SecretNames::default()
    };
    Secrets::new(secrets::client(&runtime.aws), names)
}

/// Why a run cannot be worked on. If that passes, it is brought again.
#[derive(Debug, Clone, thiserror::Error)]
enum Fault {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The sealing keys failed.
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    /// The workspace's settings could not be read.
    #[error("the workspace's settings cannot be read")]
    Settings,
    /// The version that the run is of is not there, or not one.
    #[error("the definition of the run cannot be read")]
    Definition,
}

impl Fault {
    /// Whether the same may succeed later, as it is.
    const fn passes(&self) -> bool {
        match self {
            Self::Store(
                StoreError::Unavailable { .. }
                | StoreError::Conflict { .. }
                | StoreError::VersionStale,
            )
            | Self::Secrets(SecretsError::Unavailable | SecretsError::Contended)
            | Self::Settings => true,
            Self::Store(
                StoreError::NotFound { .. }
                | StoreError::Corrupt { .. }
                | StoreError::TooLarge { .. }
                | StoreError::InvalidCursor,
            )
            | Self::Secrets(
                SecretsError::Missing
                | SecretsError::Corrupt
                | SecretsError::UnknownSealingKey
                | SecretsError::NotGenuine,
            )
            | Self::Definition => false,
        }
    }
}

impl From<Problem> for Fault {
    fn from(_: Problem) -> Self {
        // What failed is in the log already, where it happened.
        Self::Settings
    }
}
