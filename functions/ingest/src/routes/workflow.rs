//! `POST /workflow/trigger`: start a workflow by a call.

use std::time::Instant;

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use edge::{Caller, MAX_NESTING, Problem, nesting_exceeds, read_json};
use event::ids::check_id;
use event::{Event, EventId, Signal, Source, TriggerId};
use http::{Request, StatusCode};
use policy::Operation;
use serde::Deserialize;
use serde_json::value::RawValue;
use store::ApiTrigger;
use utoipa::ToSchema;
use workflow::{MAX_VARIABLES_BYTES, trigger_mark};

use crate::Ingest;
use crate::request::Inbound;

/// A call that starts a workflow. Unknown members are refused.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct WorkflowCall {
    /// The trigger's id, as the workflow shows it.
    #[schema(example = "0b6e9c0a-3a62-4a53-9d0e-0a3a62d3f5c1")]
    trigger_id: String,
    /// Whom the run is about; absent or null: nobody.
    #[schema(min_length = 1, max_length = 128)]
    user_id: Option<String>,
    /// What conditions and templates see as `variables`: at most 64 KB of JSON.
    #[schema(value_type = Option<Object>)]
    variables: Option<Box<RawValue>>,
}

/// A call whose every member is good, but for whether there is such a trigger.
struct Start {
    trigger: Option<TriggerId>,
    user: Option<String>,
    variables: String,
}

/// Start a workflow by a call
///
/// The same `Idempotency-Key` within 24 hours starts one run, and without one the same body within a
/// minute.
#[utoipa::path(
    post,
    path = "/workflow/trigger",
    operation_id = "triggerWorkflow",
    tag = "Workflows",
    request_body = WorkflowCall,
    params(("Idempotency-Key" = Option<String>, Header, description = "The caller's mark for this call")),
    responses(
        (status = 204, description = "The call is durable, and starts a run"),
        (status = 404, description = "`workflow_unknown`: there is no such trigger"),
        (status = 409, description = "`workflow_paused`: the workflow is paused"),
    ),
)]
pub(crate) async fn trigger(
    State(ingest): State<Ingest>,
    request: Request<Body>,
) -> Result<Response, Problem> {
    let started = Instant::now();
    let inbound = Inbound::read(&ingest, request).await?;
    let (caller, start) = inbound
        .admit_json(&ingest, Operation::TriggerWorkflow, decode)
        .await?;
    if let Err(problem) = ingest.start(&inbound, &caller, start).await {
        inbound.count_refused(&ingest, &caller, &problem).await;
        return Err(problem);
    }
    ingest.count_accepted(&caller, 1, started);
    Ok(StatusCode::NO_CONTENT.into_response())
}

impl Ingest {
    /// Puts the call into the log, if it starts something. The projector starts the run.
    async fn start(&self, inbound: &Inbound, caller: &Caller, start: Start) -> Result<(), Problem> {
        let workspace = &caller.workspace;
        let found = match &start.trigger {
            Some(trigger) => self.store.api_trigger(workspace, trigger).await?,
            None => None,
        };
        let (Some(found), Some(trigger)) = (found, start.trigger) else {
            return Err(Problem::WorkflowUnknown);
        };
        if found == ApiTrigger::Paused {
            return Err(Problem::WorkflowPaused);
        }
        let key = inbound.idempotency_key();
        let Start {
            user, variables, ..
        } = start;
        let mark = trigger_mark(workspace, &trigger, key, user.as_deref(), &variables);
        let event = Event {
            id: EventId::Given(mark.into()),
            name: trigger.as_str().into(),
            timestamp: inbound.received_at,
            time_given: false,
            user_id: user.map(Into::into),
            anonymous_id: None,
            session_id: None,
            external_id: None,
            properties: Some(variables.into()),
            device_data: None,
        };
        let (signal, source) = (Signal::Triggers, Source::Userflux);
        self.append(inbound, caller, signal, source, &[event]).await
    }
}

fn decode(text: &str) -> Result<Start, Problem> {
    let call: WorkflowCall = read_json(text)?;
    let wrong = |at: &'static str, message: String| Problem::InvalidBody {
        at: at.into(),
        message: message.into(),
    };
    if let Some(user) = &call.user_id {
        check_id(user).map_err(|error| wrong("userId", error.to_string()))?;
    }
    let variables = match &call.variables {
        None => "{}",
        Some(variables) => variables.get(),
    };
    if !variables.starts_with('{') {
        return Err(wrong("variables", "must be an object".to_owned()));
    }
    if variables.len() > MAX_VARIABLES_BYTES {
        return Err(Problem::TooLarge {
            message: "variables: must be at most 64 KB of JSON".into(),
        });
    }
    if nesting_exceeds(variables, MAX_NESTING).is_some() {
        let message = format!("must nest at most {MAX_NESTING} deep");
        return Err(wrong("variables", message));
    }
    Ok(Start {
        // What is no id names no trigger.
        trigger: TriggerId::parse(&call.trigger_id).ok(),
        user: call.user_id,
        variables: variables.to_owned(),
    })
}
