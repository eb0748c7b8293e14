//! One run, and what editors do to runs.

use askama::Template;
use axum::extract::State;
use control::{ControlError, Runs};
use edge::Problem;
use event::{RunId as Id, Timestamp};
use serde::Deserialize;
use store::StoreError;
use workflow::{Destination, Outcome, Place, Run, StepResult};

use super::ENTRY;
use super::path::RunId;
use crate::Dashboard;
use crate::frame::{self, Answer, Frame, Viewing};
use crate::member::{Editor, Member};
use crate::notice::{Notice, done};
use crate::request::Fields;

/// A run in a list.
#[derive(Debug)]
pub(super) struct RunRow {
    pub(super) id: String,
    pub(super) began: Timestamp,
    pub(super) user: String,
    pub(super) state: &'static str,
    /// Whether it is one that needs somebody.
    pub(super) is_bad: bool,
    pub(super) words: String,
}

#[derive(Template)]
#[template(path = "workflow_run.html")]
struct One {
    frame: Frame,
    run: Run,
    /// The id that the run will have which is started once more from here.
    once: Id,
    row: RunRow,
    inputs: String,
    steps: Vec<Taken>,
    goes_on: bool,
    is_dead: bool,
}

/// A step that the run took.
#[derive(Debug)]
struct Taken {
    step: String,
    began: Timestamp,
    result: &'static str,
    words: String,
}

/// The id of the run that is started once more: a form that is sent twice starts one.
#[derive(Debug, Deserialize)]
pub(super) struct Again {
    once: Id,
}

/// A destination to be sent to again.
#[derive(Debug, Deserialize)]
pub(super) struct Resumed {
    destination: String,
}

impl RunRow {
    pub(super) fn new(run: &Run) -> Self {
        let user = run.inputs.profile.as_ref();
        let (state, is_bad) = state(run);
        Self {
            id: run.id.to_string(),
            began: run.created_at,
            user: user.map_or_else(|| "nobody".to_owned(), |user| user.id.to_string()),
            state,
            is_bad,
            words: words(run),
        }
    }
}

fn state(run: &Run) -> (&'static str, bool) {
    match &run.place {
        Place::Before { .. } => ("running", false),
        Place::In { .. } if run.due_at().is_none() => ("running", false),
        Place::In { .. } | Place::Waiting { .. } => ("waiting", false),
        Place::Ended(ended) => match ended.outcome {
            Outcome::Completed => ("completed", false),
            Outcome::Failed => ("failed", true),
            Outcome::Cancelled => ("cancelled", false),
        },
    }
}

/// Where it is, or how it failed.
fn words(run: &Run) -> String {
    match &run.place {
        Place::Before { step } | Place::In { step, .. } | Place::Waiting { step, .. } => {
            match run.delivery().and_then(|delivery| delivery.last.as_ref()) {
                Some(last) => format!("at {step}: {}", said(last)),
                None => format!("at {step}"),
            }
        }
        Place::Ended(ended) => match (&ended.step, &ended.error) {
            (Some(step), Some(error)) => format!("{step}: {error}"),
            _ => String::new(),
        },
    }
}

fn said(attempt: &workflow::Attempt) -> String {
    match (&attempt.error, attempt.status) {
        (Some(error), _) => error.clone(),
        (None, Some(status)) => format!("answered {status} after {} ms", attempt.took),
        (None, None) => String::new(),
    }
}

impl Taken {
    fn new(record: &workflow::StepRecord) -> Self {
        let last = record.last.as_ref().map(said).unwrap_or_default();
        Self {
            step: record.step.to_string(),
            began: record.started_at,
            result: match record.result {
                StepResult::Done => "done",
                StepResult::Held => "conditions held",
                StepResult::DidNotHold => "conditions did not hold",
                StepResult::Failed => "failed",
            },
            words: match record.attempts {
                0 | 1 => last,
                attempts => format!("{last} (attempt {attempts})"),
            },
        }
    }
}

pub(super) async fn show(
    State(dashboard): State<Dashboard>,
    member: Member,
    RunId(id): RunId,
    viewing: Viewing,
) -> Answer {
    let runs = &dashboard.0.use_cases.runs;
    let run = runs.read(&member.workspace, &id).await?;
    let inputs = serde_json::json!({"variables": run.inputs.variables, "event": run.inputs.event});
    let ended = run.ended();
    Ok(frame::page(&One {
        frame: Frame::new(ENTRY.title, &viewing),
        once: Runs::new_id()?,
        row: RunRow::new(&run),
        inputs: serde_json::to_string_pretty(&inputs).unwrap_or_default(),
        steps: run.history.iter().map(Taken::new).collect(),
        goes_on: ended.is_none(),
        is_dead: ended.is_some_and(|ended| ended.outcome == Outcome::Failed),
        run,
    }))
}

pub(super) async fn cancel(
    State(dashboard): State<Dashboard>,
    Editor(editor): Editor,
    RunId(id): RunId,
) -> Answer {
    let runs = &dashboard.0.use_cases.runs;
    let run = runs.cancel(&editor.workspace, &editor.by, &id).await;
    shown(run)
}

pub(super) async fn replay(
    State(dashboard): State<Dashboard>,
    Editor(editor): Editor,
    RunId(id): RunId,
) -> Answer {
    let runs = &dashboard.0.use_cases.runs;
    let run = runs.replay(&editor.workspace, &editor.by, &id).await;
    shown(run)
}

pub(super) async fn repeat(
    State(dashboard): State<Dashboard>,
    Editor(editor): Editor,
    RunId(id): RunId,
    Fields(Again { once }): Fields<Again>,
) -> Answer {
    let runs = &dashboard.0.use_cases.runs;
    let (workspace, by) = (&editor.workspace, &editor.by);
    match runs.repeat_as(workspace, by, &id, once.clone()).await {
        Err(ControlError::Store(StoreError::VersionStale)) => {
            Ok(done(&page_of(&once), Notice::DoneBefore))
        }
        run => shown(run),
    }
}

pub(super) async fn resume_destination(
    State(dashboard): State<Dashboard>,
    Editor(editor): Editor,
    Fields(resumed): Fields<Resumed>,
) -> Answer {
    let destination = Destination::try_from(resumed.destination).map_err(|_| Problem::NotFound)?;
    let runs = &dashboard.0.use_cases.runs;
    runs.resume_destination(&editor.workspace, &editor.by, &destination)
        .await?;
    Ok(done(ENTRY.path, Notice::ChangesSaved))
}

/// On to the run's page.
fn shown(run: Result<Run, ControlError>) -> Answer {
    let run = run?;
    Ok(done(&page_of(&run.id), Notice::ChangesSaved))
}

fn page_of(run: &Id) -> String {
    format!("{}/runs/{run}", ENTRY.path)
}
