//! The client secrets of metrics keys: one secret of Secrets Manager per workspace, whose value
//! names the key that it belongs to: `{"key": "<key id>", "secret": "<text>"}`.
//!
//! A rotation makes a new version beside the current one and then moves the label `AWSCURRENT` to
//! it, on the condition that it was where it is expected. Secrets Manager labels the version before
//! `AWSPREVIOUS`; whether that one is still accepted, and until when, is said on the key's item.

use aws_sdk_secretsmanager::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_secretsmanager::operation::get_secret_value::GetSecretValueOutput;
use event::{KeyId, WorkspaceId};
use policy::{ClientSecret, KeyRecord, SecretHash, SecretSlot};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::{Secrets, SecretsError};

const CURRENT: &str = "AWSCURRENT";
const PREVIOUS: &str = "AWSPREVIOUS";
const PENDING: &str = "AWSPENDING";

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

    /// Whether the key's client secret is the one presented, and which of the two. `previous_counts`
    /// says whether the deadline of the record's previous one lies ahead. Compares in constant time.
    ///
    /// One read of the workspace's secret, two during the overlap of a rotation.
    pub async fn check_client_secret(
        &self,
        record: &KeyRecord,
        presented: &ClientSecret,
        previous_counts: bool,
    ) -> Result<Option<SecretSlot>, SecretsError> {
        let previous = record
            .previous_client_secret
            .as_ref()
            .filter(|_| previous_counts)
            .map(|previous| previous.version.as_str());
        let matches = async |version| {
            let known = self.version(&record.workspace, version).await?;
            let Some(known) = &known else {
                return Ok(false);
            };
            let hash = known.secret_of(&record.id)?.map(SecretHash::of);
            Ok::<_, SecretsError>(hash.is_some_and(|hash| hash == presented.hash()))
        };
        if matches(None).await? {
            return Ok(Some(SecretSlot::Current));
        }
        match previous {
            Some(version) if matches(Some(version)).await? => Ok(Some(SecretSlot::Previous)),
            Some(_) | None => Ok(None),
        }
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
