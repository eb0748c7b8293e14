//! The run as a function: from what is recorded to what is to be done next.
//!
//! [`advance`] goes on until something is to be done that the run cannot do by itself: an effect, a
//! wait, the end. The caller records the run, does the effect, and tells [`done`] or [`failed`] what
//! came of it. An effect that was recorded is decided: after a crash it is done again as it was, with
//! the same ids and times, and no step before it is looked at again.

mod delivery;
mod effect;

use event::Timestamp;
use serde_json::{Map, Value, json};

use self::effect::effect;
use crate::run::{Attempt, Delivery, Effect, Ended, MAX_LIFE, MAX_STEPS_RUN, MAX_TRIES, Outcome};
use crate::run::{Place, Resume, Run, StepRecord, StepResult};
use crate::{Action, Definition, Next, StepId};

pub use self::delivery::{failed, pause, put_off};

const TOO_OLD: &str = "the run is older than 90 days";

/// What is known of the profile that a run is about.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct KnownProfile {
    /// Whether there is a profile.
    pub found: bool,
    /// The known user.
    pub user_id: Option<String>,
    /// The device, where no user is known.
    pub anonymous_id: Option<String>,
    /// The user's identifier in another system.
    pub external_id: Option<String>,
    /// What senders set.
    pub properties: Map<String, Value>,
    /// What SDKs said about the devices.
    pub device_data: Map<String, Value>,
    /// When it was last deleted. It may be there again since.
    pub deleted_at: Option<Timestamp>,
}

/// What is to be done now.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    /// The effect that the run is at. Record the run first.
    Do(Effect),
    /// Nothing before that moment.
    WaitUntil(Timestamp),
    /// Nothing any more.
    Ended,
}

/// What conditions and templates see.
pub fn known(run: &Run, profile: &KnownProfile) -> Value {
    json!({
        "profile": {
            "found": profile.found,
            "userId": profile.user_id,
            "anonymousId": profile.anonymous_id,
            "externalId": profile.external_id,
            "properties": profile.properties,
            "deviceData": profile.device_data,
        },
        "event": run.inputs.event,
        "variables": run.inputs.variables,
    })
}

/// Goes on to the next thing that is to be done.
pub fn advance(
    run: &mut Run,
    definition: &Definition,
    profile: &KnownProfile,
    now: Timestamp,
) -> Act {
    if run.inputs.profile.is_some() {
        run.user_found = Some(profile.found);
    }
    let is_deleted = profile
        .deleted_at
        .is_some_and(|deleted_at| run.received_at() <= deleted_at);
    if is_deleted && run.ended().is_none() {
        forget(run, now);
    }
    loop {
        if run.ended().is_some() {
            return Act::Ended;
        }
        if run.cancelled {
            end(run, Outcome::Cancelled, now);
            return Act::Ended;
        }
        match &run.place {
            Place::Ended(_) => return Act::Ended,
            Place::In { .. } if is_too_old(run, now) => give_up(run, TOO_OLD, now),
            Place::In { effect, .. } => {
                return match run.due_at() {
                    Some(at) if at > now => Act::WaitUntil(at),
                    Some(_) | None => Act::Do(effect.as_ref().clone()),
                };
            }
            Place::Waiting { until, .. } if *until > now => return Act::WaitUntil(*until),
            Place::Waiting { step, since, .. } => {
                let (step, since) = (step.clone(), *since);
                go_on(run, definition, &step, since, StepResult::Done, now);
            }
            Place::Before { step } => {
                let step = step.clone();
                begin(run, definition, &step, profile, now);
            }
        }
    }
}

/// Begins a step: decides its effect, or takes it where it has none.
fn begin(
    run: &mut Run,
    definition: &Definition,
    id: &StepId,
    profile: &KnownProfile,
    now: Timestamp,
) {
    let Some(step) = definition.step(id) else {
        return fail(
            run,
            id,
            now,
            "the step is not in this version of the workflow",
            None,
        );
    };
    if run.history.len() >= MAX_STEPS_RUN {
        let message = format!("the run took more than {MAX_STEPS_RUN} steps");
        return fail(run, id, now, &message, None);
    }
    if is_too_old(run, now) {
        return fail(run, id, now, TOO_OLD, None);
    }
    if run.tries >= MAX_TRIES {
        let message = format!("given up: {MAX_TRIES} times whoever began the step came to no end");
        return fail(run, id, now, &message, None);
    }
    match &step.action {
        Action::Stop => go_on(run, definition, id, now, StepResult::Done, now),
        Action::Branch { when, .. } => {
            let holds = when.hold(&known(run, profile));
            let result = if holds {
                StepResult::Held
            } else {
                StepResult::DidNotHold
            };
            go_on(run, definition, id, now, result, now);
        }
        Action::Wait(duration) => {
            run.place = Place::Waiting {
                step: id.clone(),
                since: now,
                until: now.plus(*duration),
            };
        }
        Action::Webhook(_) | Action::UpdateProfile(_) | Action::SendEvent { .. } => {
            match effect(run, step, profile, now) {
                Ok(effect) => {
                    run.place = Place::In {
                        step: id.clone(),
                        since: now,
                        effect: Box::new(effect),
                    };
                }
                Err(message) => fail(run, id, now, &message, None),
            }
        }
    }
}

/// The effect that the run is at happened.
pub fn done(run: &mut Run, definition: &Definition, last: Option<Attempt>, now: Timestamp) {
    let Place::In {
        step,
        since,
        effect,
    } = &run.place
    else {
        return;
    };
    let (step, since) = (step.clone(), *since);
    let attempts = match effect.as_ref() {
        Effect::Deliver(delivery) => delivery.attempts + 1,
        Effect::UpdateProfile { .. } | Effect::SendEvent { .. } => 0,
    };
    go_on(run, definition, &step, since, StepResult::Done, now);
    if let Some(record) = run.history.iter_mut().rfind(|record| record.step == step) {
        record.attempts = attempts;
        record.last = last;
    }
}

/// The step that the run is at, or is before, fails: nobody can do it.
pub fn give_up(run: &mut Run, why: &str, now: Timestamp) {
    let (Place::Before { step } | Place::In { step, .. } | Place::Waiting { step, .. }) =
        &run.place
    else {
        return;
    };
    let (step, delivery) = (step.clone(), run.delivery().cloned());
    fail(run, &step, now, why, delivery);
}

/// Ends the run. Whoever works on it begins nothing any more.
pub fn cancel(run: &mut Run, now: Timestamp) {
    run.cancelled = true;
    end(run, Outcome::Cancelled, now);
}

/// Goes on with a failed run where it failed. A delivery keeps its id and may be tried for another
/// day. `false`: the run did not fail.
pub fn replay(run: &mut Run, now: Timestamp) -> bool {
    let Place::Ended(Ended {
        outcome: Outcome::Failed,
        resume: Some(resume),
        ..
    }) = &run.place
    else {
        return false;
    };
    let Resume { step, delivery } = resume.as_ref().clone();
    // The record of the failure: what is tried again is not yet done.
    if run
        .history
        .last()
        .is_some_and(|last| last.result == StepResult::Failed)
    {
        run.history.pop();
    }
    run.tries = 0;
    run.place = match delivery {
        None => Place::Before { step },
        Some(delivery) => Place::In {
            step,
            since: now,
            effect: Box::new(Effect::Deliver(Delivery {
                first_at: None,
                attempts: 0,
                not_before: None,
                ..delivery
            })),
        },
    };
    true
}

fn go_on(
    run: &mut Run,
    definition: &Definition,
    id: &StepId,
    since: Timestamp,
    result: StepResult,
    now: Timestamp,
) {
    record(run, id, since, result, now);
    let step = definition.step(id);
    let next = step.map_or(Next::End, |step| match (&step.action, result) {
        (Action::Branch { otherwise, .. }, StepResult::DidNotHold) => *otherwise,
        _ => step.next,
    });
    match definition.at(next) {
        Some(step) => {
            run.place = Place::Before {
                step: step.id.clone(),
            };
        }
        None => end(run, Outcome::Completed, now),
    }
}

fn record(run: &mut Run, id: &StepId, since: Timestamp, result: StepResult, now: Timestamp) {
    run.history.push(StepRecord {
        step: id.clone(),
        started_at: since,
        ended_at: now,
        result,
        attempts: 0,
        last: None,
    });
}

/// Ends a run about somebody who was deleted since, and forgets what it was told.
fn forget(run: &mut Run, now: Timestamp) {
    let step = match &run.place {
        Place::Before { step } | Place::In { step, .. } | Place::Waiting { step, .. } => {
            Some(step.clone())
        }
        Place::Ended(_) => None,
    };
    run.inputs.event = None;
    run.inputs.variables.clear();
    run.place = Place::Ended(Ended {
        outcome: Outcome::Cancelled,
        ended_at: now,
        step,
        error: Some("the profile was deleted".to_owned()),
        resume: None,
    });
}

fn is_too_old(run: &Run, now: Timestamp) -> bool {
    now > run.created_at.plus(MAX_LIFE)
}

fn end(run: &mut Run, outcome: Outcome, now: Timestamp) {
    run.place = Place::Ended(Ended {
        outcome,
        ended_at: now,
        step: None,
        error: None,
        resume: None,
    });
}

fn fail(run: &mut Run, id: &StepId, now: Timestamp, why: &str, delivery: Option<Delivery>) {
    let since = match &run.place {
        Place::In { since, .. } | Place::Waiting { since, .. } => *since,
        Place::Before { .. } | Place::Ended(_) => now,
    };
    record(run, id, since, StepResult::Failed, now);
    if let (Some(record), Some(delivery)) = (run.history.last_mut(), &delivery) {
        record.attempts = delivery.attempts;
        record.last.clone_from(&delivery.last);
    }
    run.place = Place::Ended(Ended {
        outcome: Outcome::Failed,
        ended_at: now,
        step: Some(id.clone()),
        error: Some(why.to_owned()),
        resume: Some(Box::new(Resume {
            step: id.clone(),
            delivery,
        })),
    });
}
