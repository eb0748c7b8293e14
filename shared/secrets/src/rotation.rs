//! The rotation of a ring, in the four steps in which Secrets Manager asks for it.
//!
//! The ring as it will be waits as the version `AWSPENDING` until it was tested; then the label
//! `AWSCURRENT` moves to it. Each step may be asked again: done twice it is done once.

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::error::ProvideErrorMetadata;
use event::Timestamp;
use secrecy::{ExposeSecret, SecretString};

use crate::SecretsError;
use crate::ring::{Release, Ring};

const CURRENT: &str = "AWSCURRENT";
const PENDING: &str = "AWSPENDING";

/// What Secrets Manager asks for, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Make the ring as it will be.
    Create,
    /// Tell others of it: nobody else keeps these keys.
    Set,
    /// See whether the ring as it will be is good.
    Test,
    /// Make it the ring that counts.
    Finish,
}

/// Why a ring was not turned. The ring that counts is as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RotationError {
    /// A secret could not be read or written.
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    /// The last new key came less than ten minutes ago: a process may not know it yet.
    #[error(
        "the ring was turned less than ten minutes ago: not every process knows its new key yet"
    )]
    TooSoon,
    /// The ring as it would be lacks a key that is in use, or would use one that is not known yet.
    #[error("the new version of the ring does not continue the one that is in use")]
    Broken,
}

/// Turns one ring.
#[derive(Debug, Clone)]
pub struct Rotation {
    client: Client,
    name: String,
    release: Release,
}

impl Rotation {
    /// Of the ring in the secret of that name (or ARN); its keys leave as `release` says.
    pub const fn new(client: Client, name: String, release: Release) -> Self {
        Self {
            client,
            name,
            release,
        }
    }

    /// Does a step for the version `version` of the secret, the token of Secrets Manager's request.
    pub async fn step(
        &self,
        step: Step,
        version: &str,
        now: Timestamp,
    ) -> Result<(), RotationError> {
        match step {
            Step::Create => self.create(version, now).await,
            Step::Set => Ok(()),
            Step::Test => self.test(version).await,
            Step::Finish => Ok(self.finish(version).await?),
        }
    }

    async fn create(&self, version: &str, now: Timestamp) -> Result<(), RotationError> {
        if self.ring(PENDING, Some(version)).await?.is_some() {
            return Ok(());
        }
        let mut ring = self.current().await?;
        let turned = ring.turn(now, self.release, &mut rand::rng());
        turned.map_err(|_| RotationError::TooSoon)?;
        let call = self
            .client
            .put_secret_value()
            .secret_id(&self.name)
            .client_request_token(version)
            .secret_string(ring.text().expose_secret())
            .version_stages(PENDING);
        match call.send().await {
            Ok(_) => Ok(()),
            // Another attempt at this step was faster.
            Err(error) if error.code() == Some("ResourceExistsException") => Ok(()),
            Err(error) => Err(SecretsError::from_sdk(&error).into()),
        }
    }

    async fn test(&self, version: &str) -> Result<(), RotationError> {
        let pending = self.ring(PENDING, Some(version)).await?;
        let pending = pending.ok_or(SecretsError::Missing)?;
        if pending.continues(&self.current().await?) {
            Ok(())
        } else {
            Err(RotationError::Broken)
        }
    }

    async fn finish(&self, version: &str) -> Result<(), SecretsError> {
        let call = self.client.describe_secret().secret_id(&self.name);
        let described = call.send().await;
        let described = described.map_err(|error| SecretsError::from_sdk(&error))?;
        let versions = described.version_ids_to_stages.unwrap_or_default();
        let mut current = versions.into_iter();
        let current = current.find(|(_, stages)| stages.iter().any(|stage| stage == CURRENT));
        let (current, _) = current.ok_or(SecretsError::Missing)?;
        if current == version {
            return Ok(());
        }
        let call = self
            .client
            .update_secret_version_stage()
            .secret_id(&self.name)
            .version_stage(CURRENT)
            .remove_from_version_id(current)
            .move_to_version_id(version);
        match call.send().await {
            Ok(_) => Ok(()),
            Err(error) if error.code() == Some("InvalidParameterException") => {
                Err(SecretsError::Contended)
            }
            Err(error) => Err(SecretsError::from_sdk(&error)),
        }
    }

    async fn current(&self) -> Result<Ring, SecretsError> {
        self.ring(CURRENT, None).await?.ok_or(SecretsError::Missing)
    }

    /// The ring under that label; none where there is no such version.
    async fn ring(&self, stage: &str, version: Option<&str>) -> Result<Option<Ring>, SecretsError> {
        let call = self.client.get_secret_value().secret_id(&self.name);
        let call = call
            .version_stage(stage)
            .set_version_id(version.map(str::to_owned));
        match call.send().await {
            Ok(output) => {
                let text = output.secret_string.ok_or(SecretsError::Corrupt)?;
                Ring::parse(&SecretString::from(text)).map(Some)
            }
            Err(error) if error.code() == Some("ResourceNotFoundException") => Ok(None),
            Err(error) => Err(SecretsError::from_sdk(&error)),
        }
    }
}
