//! Runs as answers show them.

use event::ProfileKind;
use serde::Serialize;
use serde_json::{Map, Value};
use store::RunPage;
use utoipa::ToSchema;
use workflow::{self as domain, Origin as Started, Outcome, Place, StepResult};

/// Some runs, the newest first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RunList {
    runs: Vec<Run>,
    /// `null`: there is no more.
    next_cursor: Option<String>,
}

/// A run of a workflow.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Run {
    id: String,
    workflow_id: String,
    /// The version of the workflow that it is of.
    version: u64,
    state: RunState,
    /// `api`, `event`, `schedule` or `rerun`.
    started_by: &'static str,
    /// The run that this one repeats.
    rerun_of: Option<String>,
    /// In milliseconds since 1970.
    created_at: i64,
    /// In milliseconds since 1970; `null` while it goes on.
    ended_at: Option<i64>,
    /// From its beginning to its end, in milliseconds.
    duration: Option<u64>,
    /// Whom it is about; `null` where a schedule started it.
    user_id: Option<String>,
    /// The device that it is about, where no user is known.
    anonymous_id: Option<String>,
    /// Whether there was a profile when it was last looked up; `null`: it was not yet.
    user_found: Option<bool>,
    /// What the call said.
    #[schema(value_type = Object)]
    variables: Map<String, Value>,
    /// The event that started it.
    #[schema(value_type = Option<Object>)]
    event: Option<domain::RunEvent>,
    /// The step that it is at, or that failed.
    step: Option<String>,
    /// Nothing happens before this moment, in milliseconds since 1970.
    waits_until: Option<i64>,
    /// Why it failed.
    error: Option<String>,
    /// The steps that it took.
    steps: Vec<TakenStep>,
    /// The webhook that it is at.
    delivery: Option<Attempts>,
}

/// What a run is doing.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum RunState {
    /// Something is to be done.
    Running,
    /// It waits for a time to come.
    Waiting,
    /// It came to its end.
    Completed,
    /// A step failed for good. It may be replayed.
    Failed,
    /// Somebody ended it.
    Cancelled,
}

/// A step that a run took.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TakenStep {
    step: String,
    /// `done`, `held`, `did_not_hold` or `failed`.
    result: &'static str,
    started_at: i64,
    ended_at: i64,
    /// Of a webhook.
    delivery: Option<Attempts>,
}

/// Attempts to deliver a webhook.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the names in the answer")]
struct Attempts {
    attempts: u32,
    /// The status of the last answer.
    status: Option<u16>,
    /// Why the last attempt failed, where that was no status.
    error: Option<String>,
    /// When the last attempt was, in milliseconds since 1970.
    at: Option<i64>,
    /// How long it took, in milliseconds.
    took: Option<u64>,
}

impl RunList {
    pub(crate) fn new(page: &RunPage) -> Self {
        Self {
            runs: page.runs.iter().map(Run::new).collect(),
            next_cursor: page.next.clone(),
        }
    }
}

impl Run {
    pub(super) fn new(run: &domain::Run) -> Self {
        let inputs = &run.inputs;
        let profile = |kind| inputs.profile.as_ref().filter(|it| it.kind == kind);
        let ended = run.ended();
        let (started_by, rerun_of) = match &inputs.origin {
            Started::Api => ("api", None),
            Started::Event => ("event", None),
            Started::Schedule => ("schedule", None),
            Started::Rerun(of) => ("rerun", Some(of.to_string())),
        };
        let ended_at = ended.map(|ended| ended.ended_at);
        let duration = ended_at.map(|at| at.since(run.created_at).as_millis());
        Self {
            id: run.id.to_string(),
            workflow_id: run.workflow.to_string(),
            version: run.version,
            state: state(run),
            started_by,
            rerun_of,
            created_at: run.created_at.as_millis(),
            ended_at: ended_at.map(event::Timestamp::as_millis),
            duration: duration.and_then(|duration| u64::try_from(duration).ok()),
            user_id: profile(ProfileKind::Known).map(|it| it.id.to_string()),
            anonymous_id: profile(ProfileKind::Anonymous).map(|it| it.id.to_string()),
            user_found: run.user_found,
            variables: inputs.variables.clone(),
            event: inputs.event.clone(),
            step: step(run),
            waits_until: run.due_at().map(event::Timestamp::as_millis),
            error: ended.and_then(|ended| ended.error.clone()),
            steps: run.history.iter().map(TakenStep::new).collect(),
            delivery: run
                .delivery()
                .map(|delivery| Attempts::new(delivery.attempts, delivery.last.as_ref())),
        }
    }
}

fn state(run: &domain::Run) -> RunState {
    match &run.place {
        Place::Before { .. } => RunState::Running,
        Place::In { .. } if run.due_at().is_none() => RunState::Running,
        Place::In { .. } | Place::Waiting { .. } => RunState::Waiting,
        Place::Ended(ended) => match ended.outcome {
            Outcome::Completed => RunState::Completed,
            Outcome::Failed => RunState::Failed,
            Outcome::Cancelled => RunState::Cancelled,
        },
    }
}

fn step(run: &domain::Run) -> Option<String> {
    match &run.place {
        Place::Before { step } | Place::In { step, .. } | Place::Waiting { step, .. } => {
            Some(step.to_string())
        }
        Place::Ended(ended) => ended.step.as_ref().map(ToString::to_string),
    }
}

impl TakenStep {
    fn new(record: &domain::StepRecord) -> Self {
        let was_sent = record.attempts > 0;
        Self {
            step: record.step.to_string(),
            result: match record.result {
                StepResult::Done => "done",
                StepResult::Held => "held",
                StepResult::DidNotHold => "did_not_hold",
                StepResult::Failed => "failed",
            },
            started_at: record.started_at.as_millis(),
            ended_at: record.ended_at.as_millis(),
            delivery: was_sent.then(|| Attempts::new(record.attempts, record.last.as_ref())),
        }
    }
}

impl Attempts {
    fn new(attempts: u32, last: Option<&domain::Attempt>) -> Self {
        Self {
            attempts,
            status: last.and_then(|last| last.status),
            error: last.and_then(|last| last.error.clone()),
            at: last.map(|last| last.at.as_millis()),
            took: last.map(|last| last.took),
        }
    }
}
