//! New secrets for the webhooks of a workflow.

use std::time::Duration;

use event::{WorkflowId, WorkspaceId};
use secrets::WebhookSecret;
use store::{AuditAction, StoredWorkflow, WorkflowSecret};

use super::{IssuedWorkflow, Workflows};
use crate::by::Changes;
use crate::{By, ControlError, FieldError};

/// How long a workflow's secret may go on after it was replaced, at most.
pub const MAX_WEBHOOK_OVERLAP: Duration = Duration::from_hours(24 * 7);

impl Workflows {
    /// Gives a workflow a new secret. With the one before, webhooks are signed for `overlap` longer, at
    /// most [`MAX_WEBHOOK_OVERLAP`].
    pub async fn rotate_secret(
        &self,
        workspace: &WorkspaceId,
        by: &By,
        id: &WorkflowId,
        overlap_seconds: u64,
    ) -> Result<IssuedWorkflow, ControlError> {
        let old = self.read(workspace, id).await?;
        self.rotate_secret_of(workspace, by, &old, overlap_seconds)
            .await
    }

    /// The same for a workflow as somebody saw it: who asks twice gets one new secret.
    ///
    /// [`StoreError::VersionStale`] where the workflow's revision is not that of `old`.
    pub async fn rotate_secret_of(
        &self,
        workspace: &WorkspaceId,
        by: &By,
        old: &StoredWorkflow,
        overlap_seconds: u64,
    ) -> Result<IssuedWorkflow, ControlError> {
        let overlap = Duration::from_secs(overlap_seconds);
        if overlap > MAX_WEBHOOK_OVERLAP {
            let message = format!("must be at most {}", MAX_WEBHOOK_OVERLAP.as_secs());
            let error = FieldError::new("overlapSeconds", message);
            return Err(ControlError::Invalid(vec![error]));
        }
        let secret = WebhookSecret::generate(&mut rand::rng());
        let workflow = StoredWorkflow {
            secret: self.secrets.seal_webhook(&old.id, &secret).await?,
            previous: (!overlap.is_zero()).then(|| WorkflowSecret {
                secret: old.secret.clone(),
                until: by.at.plus(overlap),
            }),
            revision: old.revision + 1,
            changed_at: by.at,
            ..old.clone()
        };
        let changes = Changes::default().set("overlapSeconds", overlap_seconds);
        let action = AuditAction::WorkflowSecretRotated;
        self.put(workspace, by, Some(old), &workflow, action, changes)
            .await?;
        Ok(IssuedWorkflow { workflow, secret })
    }
}
