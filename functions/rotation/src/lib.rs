//! New keys for the rings of keys, when Secrets Manager asks for them.
//!
//! Each secret is rotated in four invocations, one for each step. Which keys a ring keeps, and for how
//! long, depends on what is sealed under them; [`secrets::Rotation`] does the rest.

mod settings;

use std::sync::Arc;
use std::time::Duration;

use edge::Runtime;
use event::Clock;
use secrets::{Release, Rotation, RotationError, Step};
use serde::{Deserialize, Serialize};

pub use settings::Settings;

/// Longer than a session of the dashboard, and than an access token, lasts.
const SHORT_LIVED: Duration = Duration::from_hours(24);

/// The rings that this function may turn.
#[derive(Debug)]
pub struct Rings {
    rings: Vec<(String, Rotation)>,
    clock: Arc<dyn Clock>,
}

/// What Secrets Manager sends.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Request {
    /// The secret's ARN.
    pub secret_id: String,
    /// The id of the version that is to be made.
    pub client_request_token: String,
    /// What is to be done.
    pub step: StepName,
}

/// The steps by the names that Secrets Manager gives them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum StepName {
    /// [`Step::Create`]
    CreateSecret,
    /// [`Step::Set`]
    SetSecret,
    /// [`Step::Test`]
    TestSecret,
    /// [`Step::Finish`]
    FinishSecret,
}

/// The answer, for whoever invokes the function by hand: Secrets Manager does not look at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Done {
    /// What was done.
    pub step: StepName,
}

/// Why a step was not done. Secrets Manager tries again; the secret that counts is as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HandleError {
    /// The secret is none of Weir's rings.
    #[error("the secret is none that this function rotates")]
    UnknownSecret,
    /// The step failed.
    #[error(transparent)]
    Rotation(#[from] RotationError),
}

impl Rings {
    /// The rings that the environment names. What is sealed under the sealing keys is kept for good,
    /// so none of them ever leaves; 700 fit into a secret.
    pub fn new(runtime: &Runtime, settings: Settings) -> Self {
        let client = secrets::client(&runtime.aws);
        let sealing_keys = Some(runtime.config.sealing_keys.clone());
        let token_keys = Some(runtime.config.token_signing_keys.clone());
        let rings = [
            (sealing_keys, Release::Never),
            (settings.session_keys, Release::After(SHORT_LIVED)),
            (token_keys, Release::After(SHORT_LIVED)),
        ];
        let named = rings.into_iter().filter_map(|(name, release)| {
            let name = name?;
            Some((name.clone(), Rotation::new(client.clone(), name, release)))
        });
        Self {
            rings: named.collect(),
            clock: Arc::clone(&runtime.clock),
        }
    }

    /// Does one step.
    pub async fn handle(&self, request: Request) -> Result<Done, HandleError> {
        let Request {
            secret_id,
            client_request_token: version,
            step,
        } = request;
        let mut rings = self.rings.iter();
        let ring = rings.find(|(name, _)| *name == secret_id);
        let (_, ring) = ring.ok_or(HandleError::UnknownSecret)?;
        let now = self.clock.now();
        let done = ring.step(step.into(), &version, now).await;
        done.inspect_err(|error| tracing::error!(%error, ?step, "a ring of keys was not rotated"))?;
        tracing::info!(?step, "a step of a rotation is done");
        Ok(Done { step })
    }
}

impl From<StepName> for Step {
    fn from(name: StepName) -> Self {
        match name {
            StepName::CreateSecret => Self::Create,
            StepName::SetSecret => Self::Set,
            StepName::TestSecret => Self::Test,
            StepName::FinishSecret => Self::Finish,
        }
    }
}
