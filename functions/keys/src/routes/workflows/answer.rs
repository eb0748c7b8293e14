//! Workflows as answers show them.

use edge::Problem;
use secrets::WebhookSecret;
use serde::Serialize;
use serde_json::value::RawValue;
use store::{StoredWorkflow, WorkflowVersion};
use utoipa::ToSchema;

use crate::openapi::workflow;
use crate::routes::who::Who;

/// A workflow as it is now.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Workflow {
    id: String,
    name: String,
    /// Whether anything starts it.
    active: bool,
    /// The newest version; counted from 1.
    version: u64,
    /// What `POST /workflow/trigger` names; `null` where a call does not start it.
    trigger_id: Option<String>,
    /// In milliseconds since 1970.
    created_at: i64,
    creator: Who,
    /// In milliseconds since 1970.
    changed_at: i64,
    /// Until when webhooks are signed with the previous secret, too.
    previous_secret_until: Option<i64>,
    /// What it is, as it was sent.
    #[schema(value_type = workflow::Workflow)]
    definition: Box<RawValue>,
}

/// A workflow with the secret that is shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct IssuedWorkflow {
    #[serde(flatten)]
    workflow: Workflow,
    /// What its webhooks are signed with: `whsec_` and base64. Nobody can see it again.
    secret: String,
}

/// A version of a workflow.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = WorkflowVersion)]
pub(super) struct Version {
    /// Counted from 1.
    #[serde(rename = "version")]
    number: u64,
    /// In milliseconds since 1970.
    created_at: i64,
    creator: Who,
    #[schema(value_type = workflow::Workflow)]
    definition: Box<RawValue>,
}

impl Workflow {
    pub(super) fn new(stored: &StoredWorkflow) -> Result<Self, Problem> {
        Ok(Self {
            id: stored.id.to_string(),
            name: stored.name.clone(),
            active: stored.active,
            version: stored.version,
            trigger_id: stored.starts_by_call.then(|| stored.trigger.to_string()),
            created_at: stored.created_at.as_millis(),
            creator: Who::new(&stored.creator),
            changed_at: stored.changed_at.as_millis(),
            previous_secret_until: stored.previous.as_ref().map(|old| old.until.as_millis()),
            definition: raw(&stored.definition)?,
        })
    }
}

impl IssuedWorkflow {
    pub(super) fn new(stored: &StoredWorkflow, secret: &WebhookSecret) -> Result<Self, Problem> {
        Ok(Self {
            workflow: Workflow::new(stored)?,
            secret: secret.expose().to_owned(),
        })
    }
}

impl Version {
    pub(super) fn new(stored: &WorkflowVersion) -> Result<Self, Problem> {
        Ok(Self {
            number: stored.version,
            created_at: stored.created_at.as_millis(),
            creator: Who::new(&stored.creator),
            definition: raw(&stored.definition)?,
        })
    }
}

fn raw(json: &str) -> Result<Box<RawValue>, Problem> {
    RawValue::from_string(json.to_owned()).map_err(|_| {
        tracing::error!("a workflow is not JSON");
        Problem::Internal
    })
}
