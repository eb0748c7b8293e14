//! The client secret of the metrics key: made, rotated, its predecessor ended.

use std::time::Duration;

use event::{KeyId, Timestamp, WorkspaceId};
use policy::{ClientSecret, KeyKind, KeyRecord, KeyState, PreviousClientSecret};
use secrets::{Secrets, SecretsError};
use store::{AuditAction, Store, StoreError};

use crate::by::Changes;
use crate::invalid::Findings;
use crate::{By, ControlError};

/// Longest overlap of a rotation, in seconds: thirty days.
pub const MAX_CLIENT_SECRET_OVERLAP: u64 = 30 * 24 * 3_600;

/// The use cases of client secrets. Clones share the connections.
#[derive(Debug, Clone)]
pub struct ClientSecrets {
    store: Store,
    secrets: Secrets,
}

/// How a client secret is rotated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientSecretRotation {
    /// How long the one until now is accepted too, in seconds, at most [`MAX_CLIENT_SECRET_OVERLAP`];
    /// 0: not at all.
    pub overlap_seconds: u64,
    /// Whether one that is accepted since an earlier rotation may end now. It may be the one that is in
    /// production.
    pub replace_previous: bool,
    /// The [`AcceptedClientSecrets::current`] that whoever asks has seen: who asks twice gets one new
    /// client secret. `None`: whichever counts.
    pub seen: Option<String>,
}

/// A new client secret. It is not shown again.
#[derive(Debug, Clone)]
pub struct RotatedClientSecret {
    /// Its text.
    pub client_secret: ClientSecret,
    /// Until when the one before it is accepted; `None`: not any more.
    pub previous_expires_at: Option<Timestamp>,
}

/// Which client secrets are accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptedClientSecrets {
    /// Tells the one that counts from those before and after it; it is no secret. Empty before the
    /// first rotation.
    pub current: String,
    /// Until when the one before the last rotation is accepted too; `None`: it is not.
    pub previous_until: Option<Timestamp>,
}

impl ClientSecrets {
    /// On this store and these secrets.
    pub const fn new(store: Store, secrets: Secrets) -> Self {
        Self { store, secrets }
    }

    /// Which client secrets are accepted.
    pub async fn accepted(
        &self,
        workspace: &WorkspaceId,
        id: &KeyId,
        now: Timestamp,
    ) -> Result<AcceptedClientSecrets, ControlError> {
        let record = self.record(workspace, id).await?;
        let previous = record.previous_client_secret;
        Ok(AcceptedClientSecrets {
            current: record.client_secret.unwrap_or_default(),
            previous_until: previous
                .map(|previous| previous.expires_at)
                .filter(|until| *until > now),
        })
    }

    /// Makes a new client secret of the metrics key. The one before it is accepted for the overlap.
    ///
    /// At most two are accepted at a time: [`ControlError::RotationUnderWay`] where one is left of an
    /// earlier rotation, and it may not be replaced. A conflict where somebody else rotates at the same
    /// time, [`StoreError::VersionStale`] where another one counts than was seen. A key that lost its client
    /// secret, or never got one, gets one.
    pub async fn rotate(
        &self,
        workspace: &WorkspaceId,
        by: &By,
        id: &KeyId,
        rotation: ClientSecretRotation,
    ) -> Result<RotatedClientSecret, ControlError> {
        let ClientSecretRotation {
            overlap_seconds: overlap,
            replace_previous,
            seen,
        } = rotation;
        let record = self.record(workspace, id).await?;
        if seen.is_some_and(|seen| record.client_secret.as_deref().unwrap_or_default() != seen) {
            return Err(StoreError::VersionStale.into());
        }
        let mut findings = Findings::default();
        if overlap > MAX_CLIENT_SECRET_OVERLAP {
            let rule = format!("must be 0 to {MAX_CLIENT_SECRET_OVERLAP}");
            findings.add("overlapSeconds", rule);
        }
        findings.into_result()?;
        let client_secret = ClientSecret::generate(&mut rand::rng());
        let current = self.secrets.client_secret_version(workspace, id).await?;
        // What an interrupted rotation has given a deadline is the newest one still, and gets another.
        let ends = |previous: &&PreviousClientSecret| {
            let is_other = |current: &String| *current != previous.version;
            previous.expires_at > by.at && current.as_ref().is_some_and(is_other)
        };
        let older = record.previous_client_secret.as_ref().filter(ends);
        if let Some(older) = older
            && !replace_previous
        {
            let until = older.expires_at;
            return Err(ControlError::RotationUnderWay { until });
        }
        let until = (overlap > 0).then(|| by.at.plus(Duration::from_secs(overlap)));
        let previous = match (&current, until) {
            (Some(version), Some(expires_at)) => Some(PreviousClientSecret {
                version: version.clone(),
                expires_at,
            }),
            (None, _) | (_, None) => None,
        };
        let previous_expires_at = previous.as_ref().map(|previous| previous.expires_at);
        let changes = Changes::default().set("overlapSeconds", overlap).set(
            "previousExpiresAt",
            previous_expires_at.map(Timestamp::as_millis),
        );
        let entry = by.noted(AuditAction::ClientSecretRotated, id.as_str(), None, changes);
        let Some(current) = current else {
            self.store
                .set_client_secrets(&record, None, None, &entry)
                .await?;
            let made = self
                .secrets
                .create_client_secret(workspace, id, &client_secret)
                .await?;
            if !made {
                return Err(SecretsError::Contended.into());
            }
            return Ok(RotatedClientSecret {
                client_secret,
                previous_expires_at: None,
            });
        };
        // The new secret waits; the old one is given its deadline; then the new one counts. What
        // interrupts this leaves the old one in use until its deadline, and the next rotation starts
        // from there. Without a deadline the old one ends here: whoever has it gets no token while
        // the new one is on its way.
        let staged = self
            .secrets
            .stage_client_secret(workspace, id, &client_secret)
            .await?;
        self.store
            .set_client_secrets(&record, Some(&staged), previous.as_ref(), &entry)
            .await
            .map_err(contended)?;
        self.secrets
            .promote_client_secret(workspace, &current, &staged)
            .await?;
        if previous.is_none() {
            self.release(workspace, &current).await;
        }
        tracing::info!(%workspace, key = %id, "client secret rotated");
        Ok(RotatedClientSecret {
            client_secret,
            previous_expires_at,
        })
    }

    /// Ends the client secret before the last rotation, now. Without one this is a success.
    pub async fn end_previous(
        &self,
        workspace: &WorkspaceId,
        by: &By,
        id: &KeyId,
    ) -> Result<(), ControlError> {
        let record = self.record(workspace, id).await?;
        let Some(previous) = &record.previous_client_secret else {
            return Ok(());
        };
        let expires_at = previous.expires_at.as_millis();
        let changes = Changes::default().replace("previousExpiresAt", expires_at, ());
        let entry = by.noted(
            AuditAction::ClientSecretPreviousEnded,
            id.as_str(),
            None,
            changes,
        );
        let current = record.client_secret.as_deref();
        self.store
            .set_client_secrets(&record, current, None, &entry)
            .await
            .map_err(contended)?;
        self.release(workspace, &previous.version).await;
        Ok(())
    }

    /// Lets Secrets Manager forget a client secret. It counts no more already: this is tidiness, and
    /// its failure no reason to lose the answer.
    async fn release(&self, workspace: &WorkspaceId, version: &str) {
        let released = self.secrets.release_client_secret(workspace, version);
        if released.await.is_err() {
            tracing::warn!(%workspace, "a client secret that ended is still kept");
        }
    }

    /// The workspace's metrics key with that id.
    async fn record(&self, workspace: &WorkspaceId, id: &KeyId) -> Result<KeyRecord, ControlError> {
        let record = self.store.key(id).await?.filter(|record| {
            record.workspace == *workspace
                && record.kind == KeyKind::Metrics
                && record.state != KeyState::Revoked
        });
        record.ok_or_else(|| {
            let what = "metrics key";
            StoreError::NotFound { what }.into()
        })
    }
}

/// There is no `If-Match` here that could be stale: somebody else rotates at the same time.
fn contended(error: StoreError) -> ControlError {
    if error == StoreError::VersionStale {
        let what = "the client secret is being changed by someone else: try again";
        return StoreError::Conflict { what }.into();
    }
    error.into()
}
