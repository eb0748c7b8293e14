//! The client secrets of metrics keys: one secret of Secrets Manager per workspace, whose value
//! names the key that it belongs to: `{"key": "<key id>", "secret": "<text>"}`.
//!
//! A rotation makes a new version beside the current one and then moves the label `AWSCURRENT` to
//! it, on the condition that it was where it is expected. Secrets Manager labels the version before
//! `AWSPREVIOUS`; whether that one is still accepted, and until when, is said on the key's item.

use aws_sdk_secretsmanager::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_secretsmanager::operation::get_secret_value::GetSecretValueOutput;
use event::{KeyId, Timestamp, WorkspaceId};
use policy::{ClientSecret, KeyRecord, SecretHash, SecretSlot};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::{Secrets, SecretsError};

const CURRENT: &str = "AWSCURRENT";
const PREVIOUS: &str = "AWSPREVIOUS";
const PENDING: &str = "AWSPENDING";
/// Where a client secret is looked for that comes with an unknown key: nobody's.
const NO_WORKSPACE: &str = "-";
/// What is looked for where a key has no previous client secret: no version has this id.
const NO_VERSION: &str = "00000000-0000-0000-0000-000000000000";

/// A client secret that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptedClientSecret {
    /// Which of the two it is.
    pub slot: SecretSlot,
    /// The version of the workspace's secret that holds it.
    pub version: String,
}

#[derive(Serialize, Deserialize)]
struct Value<'a> {
    key: &'a str,
    /// None is left after a revocation.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<&'a str>,
}

/// A version of a workspace's client secret.
struct Version {
    id: String,
    text: SecretString,
}

impl Version {
    /// The text of the secret, if it belongs to that key.
    fn secret_of(&self, key: &KeyId) -> Result<Option<&str>, SecretsError> {
        let value: Value<'_> =
            serde_json::from_str(self.text.expose_secret()).map_err(|_| SecretsError::Corrupt)?;
        Ok(value.secret.filter(|_| value.key == key.as_str()))
    }
}

impl Secrets {
    /// Makes this the client secret of the key, unless it has one: `false`. One of another key, which
    /// is revoked then, goes.
    pub async fn create_client_secret(
        &self,
        workspace: &WorkspaceId,
        key: &KeyId,
        secret: &ClientSecret,
    ) -> Result<bool, SecretsError> {
        let name = self.client_secret_name(workspace);
        let text = text(key, Some(secret))?;
        let call = self
            .client()
            .create_secret()
            .name(&name)
            .description("The client secret of a workspace's metrics key")
            .secret_string(text.expose_secret());
        match call.send().await {
            Ok(_) => return Ok(true),
            Err(error) if error.code() == Some("ResourceExistsException") => {}
            Err(error) => return Err(SecretsError::from_sdk(&error)),
        }
        if self.client_secret_version(workspace, key).await?.is_some() {
            return Ok(false);
        }
        self.put(&name, &text, CURRENT).await?;
        Ok(true)
    }

    /// Which version holds the key's newest client secret; `None` where it has none.
    pub async fn client_secret_version(
        &self,
        workspace: &WorkspaceId,
        key: &KeyId,
    ) -> Result<Option<String>, SecretsError> {
        let Some(version) = self.version(workspace, None).await? else {
            return Ok(None);
        };
        let known = version.secret_of(key)?.is_some();
        Ok(known.then_some(version.id))
    }

    /// Keeps a client secret that does not count yet, and returns its version. The first one of a
    /// workspace is [`Secrets::create_client_secret`].
    pub async fn stage_client_secret(
        &self,
        workspace: &WorkspaceId,
        key: &KeyId,
        secret: &ClientSecret,
    ) -> Result<String, SecretsError> {
        let name = self.client_secret_name(workspace);
        self.put(&name, &text(key, Some(secret))?, PENDING).await
    }

    /// Makes a staged client secret the one that counts, in place of the version `from`.
    ///
    /// [`SecretsError::Contended`] where that is not the newest any more.
    pub async fn promote_client_secret(
        &self,
        workspace: &WorkspaceId,
        from: &str,
        to: &str,
    ) -> Result<(), SecretsError> {
        let call = self
            .client()
            .update_secret_version_stage()
            .secret_id(self.client_secret_name(workspace))
            .version_stage(CURRENT)
            .remove_from_version_id(from)
            .move_to_version_id(to);
        match call.send().await {
            Ok(_) => Ok(()),
            Err(error) if error.code() == Some("InvalidParameterException") => {
                Err(SecretsError::Contended)
            }
            Err(error) => Err(SecretsError::from_sdk(&error)),
        }
    }

    /// Lets go of a version that counts no more: without a label, Secrets Manager deletes it.
    pub async fn release_client_secret(
        &self,
        workspace: &WorkspaceId,
        version: &str,
    ) -> Result<(), SecretsError> {
        let call = self
            .client()
            .update_secret_version_stage()
            .secret_id(self.client_secret_name(workspace))
            .version_stage(PREVIOUS)
            .remove_from_version_id(version);
        match call.send().await {
            Ok(_) => Ok(()),
            // It has no label: what was wanted.
            Err(error)
                if matches!(
                    error.code(),
                    Some("InvalidParameterException" | "ResourceNotFoundException")
                ) =>
            {
                Ok(())
            }
            Err(error) => Err(SecretsError::from_sdk(&error)),
        }
    }

    /// Takes the client secret of a revoked key away, for good.
    pub async fn forget_client_secret(
        &self,
        workspace: &WorkspaceId,
        key: &KeyId,
    ) -> Result<(), SecretsError> {
        let Some(version) = self.client_secret_version(workspace, key).await? else {
            return Ok(());
        };
        let name = self.client_secret_name(workspace);
        self.put(&name, &text(key, None)?, CURRENT).await?;
        self.release_client_secret(workspace, &version).await
    }

    /// Whether the client secret presented is one of the key's that count, and which. Compares in
    /// constant time.
    ///
    /// Two reads at the same time, whatever is presented with whichever key, also with one that is not
    /// known: how long a refusal takes says nothing.
    pub async fn check_client_secret(
        &self,
        record: Option<&KeyRecord>,
        presented: &ClientSecret,
        now: Timestamp,
    ) -> Result<Option<AcceptedClientSecret>, SecretsError> {
        let nowhere = WorkspaceId::parse(NO_WORKSPACE).map_err(|_| SecretsError::Corrupt)?;
        let workspace = record.map_or(&nowhere, |record| &record.workspace);
        let previous = record.and_then(|record| record.previous_client_secret.as_ref());
        let previous = previous.map_or(NO_VERSION, |previous| &previous.version);
        let (newest, previous) = tokio::try_join!(
            self.version(workspace, None),
            self.version(workspace, Some(previous))
        )?;
        let (Some(record), hash) = (record, presented.hash()) else {
            return Ok(None);
        };
        let mut accepted = None;
        for version in [previous, newest].into_iter().flatten() {
            let known = version.secret_of(&record.id)?.map(SecretHash::of);
            if known.is_some_and(|known| known == hash)
                && let Some(slot) = record.client_secret_slot(&version.id, now)
            {
                let version = version.id;
                accepted = Some(AcceptedClientSecret { slot, version });
            }
        }
        Ok(accepted)
    }

    /// The version with that id, or the newest; `None` where it is not there.
    async fn version(
        &self,
        workspace: &WorkspaceId,
        id: Option<&str>,
    ) -> Result<Option<Version>, SecretsError> {
        let call = self
            .client()
            .get_secret_value()
            .secret_id(self.client_secret_name(workspace))
            .set_version_id(id.map(str::to_owned));
        match call.send().await {
            Ok(output) => read(output).map(Some),
            Err(error) if error.code() == Some("ResourceNotFoundException") => Ok(None),
            Err(error) => Err(SecretsError::from_sdk(&error)),
        }
    }

    async fn put(
        &self,
        name: &str,
        text: &SecretString,
        stage: &str,
    ) -> Result<String, SecretsError> {
        let call = self
            .client()
            .put_secret_value()
            .secret_id(name)
            .secret_string(text.expose_secret())
            .version_stages(stage);
        let output = call.send().await.map_err(|error| missing(&error))?;
        output.version_id.ok_or(SecretsError::Corrupt)
    }

    fn client_secret_name(&self, workspace: &WorkspaceId) -> String {
        format!("{}/{workspace}", self.names().client_secrets)
    }
}

fn missing<E: ProvideErrorMetadata>(error: &SdkError<E>) -> SecretsError {
    if error.code() == Some("ResourceNotFoundException") {
        return SecretsError::Missing;
    }
    SecretsError::from_sdk(error)
}

fn read(output: GetSecretValueOutput) -> Result<Version, SecretsError> {
    let text = output.secret_string.ok_or(SecretsError::Corrupt)?;
    Ok(Version {
        id: output.version_id.ok_or(SecretsError::Corrupt)?,
        text: text.into(),
    })
}

fn text(key: &KeyId, secret: Option<&ClientSecret>) -> Result<SecretString, SecretsError> {
    let value = Value {
        key: key.as_str(),
        secret: secret.map(ClientSecret::expose),
    };
    let json = serde_json::to_string(&value).map(Zeroizing::new);
    let json = json.map_err(|_| SecretsError::Corrupt)?;
    Ok(SecretString::from(json.as_str()))
}
