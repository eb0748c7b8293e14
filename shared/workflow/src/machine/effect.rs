//! What a step does, decided: its templates are filled, its ids and times are set.

use event::Timestamp;
use serde_json::{Value, json};

use super::{KnownProfile, known};
use crate::run::{Delivery, Effect, Message, Run};
use crate::start::{digest, sent_event_id};
use crate::template::{Filler, TemplateError};
use crate::{Action, Step, StepId, Webhook};

/// The effect of a step, its templates filled.
pub(super) fn effect(
    run: &Run,
    step: &Step,
    profile: &KnownProfile,
    now: Timestamp,
) -> Result<Effect, String> {
    let known = known(run, profile);
    let mut filler = Filler::new(&known);
    let wrong = |member: &str, error: TemplateError| format!("{member}: {error}");
    match &step.action {
        Action::Webhook(webhook) => {
            let message = message(run, step, webhook, &mut filler, now)?;
            Ok(Effect::Deliver(Delivery {
                message,
                first_at: None,
                attempts: 0,
                not_before: None,
                last: None,
            }))
        }
        Action::UpdateProfile(properties) => {
            if run.inputs.profile.is_none() {
                return Err("the run is about no profile".to_owned());
            }
            let properties = filler
                .members(properties)
                .map_err(|error| wrong("properties", error))?;
            Ok(Effect::UpdateProfile {
                properties: Value::Object(properties).to_string(),
                at: now,
            })
        }
        Action::SendEvent { name, properties } => {
            if run.inputs.profile.is_none() {
                return Err(
                    "the run is about no profile, and an event must be about one".to_owned(),
                );
            }
            let properties = filler
                .members(properties)
                .map_err(|error| wrong("properties", error))?;
            Ok(Effect::SendEvent {
                id: sent_event_id(&run.id, &step.id, round(run, &step.id), run.inputs.hops + 1),
                name: name.as_str().to_owned(),
                properties: Value::Object(properties).to_string(),
                at: now,
            })
        }
        Action::Wait(_) | Action::Branch { .. } | Action::Stop => {
            Err("the step has no effect".to_owned())
        }
    }
}

fn message(
    run: &Run,
    step: &Step,
    webhook: &Webhook,
    filler: &mut Filler,
    now: Timestamp,
) -> Result<Message, String> {
    let wrong = |member: &str, error: TemplateError| format!("{member}: {error}");
    let path = filler
        .text(&webhook.path)
        .map_err(|error| wrong("url", error))?;
    let path = target(&path)
        .ok_or("url: must be visible ASCII of at most 2048 bytes when it is filled")?;
    let mut headers = Vec::with_capacity(webhook.headers.len());
    for (name, value) in &webhook.headers {
        let member = format!("headers.{name}");
        let value = filler.text(value).map_err(|error| wrong(&member, error))?;
        if value.len() > 2_048 || !value.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return Err(format!(
                "{member}: must be ASCII of at most 2048 bytes when it is filled"
            ));
        }
        headers.push((name.clone(), value));
    }
    let body = match &webhook.body {
        Some(body) => filler.value(body).map_err(|error| wrong("body", error))?,
        None => standard_body(run, step, now),
    };
    let round = round(run, &step.id).to_string();
    let id = digest(&[run.id.as_str(), step.id.as_str(), &round]);
    Ok(Message {
        id: format!("msg_{id}"),
        destination: webhook.destination.clone(),
        path,
        headers,
        body: body.to_string(),
    })
}

/// What a webhook says whose body nobody wrote.
fn standard_body(run: &Run, step: &Step, now: Timestamp) -> Value {
    let user = run
        .inputs
        .profile
        .as_ref()
        .map(|profile| profile.id.as_str());
    json!({
        "type": format!("workflow.{}", step.id),
        "timestamp": now.to_string(),
        "data": {
            "workflow": run.workflow,
            "run": run.id,
            "userId": user,
            "event": run.inputs.event,
            "variables": run.inputs.variables,
        },
    })
}

/// Path and query as a request has them.
fn target(path: &str) -> Option<String> {
    let good = path.len() <= crate::destination::MAX_URL_BYTES
        && path
            .bytes()
            .all(|byte| matches!(byte, b'!'..=b'~') && byte != b'#');
    let slash = if path.starts_with('/') { "" } else { "/" };
    good.then(|| format!("{slash}{path}"))
}

/// How often the run took that step before.
fn round(run: &Run, step: &StepId) -> u32 {
    let before = run.history.iter().filter(|record| record.step == *step);
    u32::try_from(before.count()).unwrap_or(u32::MAX)
}
