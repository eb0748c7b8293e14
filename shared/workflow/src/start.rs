//! What makes two starts the same start.

use std::time::Duration;

use event::{RunId, Timestamp, TriggerId, WorkflowId, WorkspaceId};
use sha2::{Digest, Sha256};

use crate::StepId;

/// Most bytes of a call's variables, as JSON.
pub const MAX_VARIABLES_BYTES: usize = 64 * 1024;
/// So many workflows may start one another in a row by the events that they send; the next one does
/// not start. Otherwise two could keep each other going for ever.
pub const MAX_HOPS: u32 = 5;

const BY_KEY: &str = "key-";
const BY_BODY: &str = "body-";
/// What the id of an event that a run sent begins with.
const SENT: &str = "run-";

/// How long a second call that is the same starts nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// With the same `Idempotency-Key`: 24 hours.
    Key,
    /// With the same body and no such key: a minute.
    Body,
}

impl Window {
    /// Its length.
    pub const fn length(self) -> Duration {
        match self {
            Self::Key => Duration::from_hours(24),
            Self::Body => Duration::from_mins(1),
        }
    }

    /// The window of a mark made by [`trigger_mark`].
    pub fn of(mark: &str) -> Option<Self> {
        if mark.starts_with(BY_KEY) {
            Some(Self::Key)
        } else if mark.starts_with(BY_BODY) {
            Some(Self::Body)
        } else {
            None
        }
    }
}

/// What two calls that are the same have in common: the key, or trigger, user and variables.
pub fn trigger_mark(
    workspace: &WorkspaceId,
    trigger: &TriggerId,
    idempotency_key: Option<&str>,
    user: Option<&str>,
    variables: &str,
) -> String {
    let trigger = trigger.as_str();
    if let Some(key) = idempotency_key {
        return format!("{BY_KEY}{}", digest(&[workspace.as_str(), trigger, key]));
    }
    // No user's id is empty.
    let parts = [
        workspace.as_str(),
        trigger,
        user.unwrap_or_default(),
        variables,
    ];
    format!("{BY_BODY}{}", digest(&parts))
}

/// The id of the run that this start makes, and no other start. `moment` tells apart what may happen
/// again: a call behind its window, a time of a schedule.
pub fn run_id(
    workspace: &WorkspaceId,
    workflow: &WorkflowId,
    mark: &str,
    moment: Option<Timestamp>,
) -> RunId {
    let moment = moment.map_or_else(String::new, |moment| moment.as_millis().to_string());
    let text = digest(&[workspace.as_str(), workflow.as_str(), mark, &moment]);
    // A digest is what the type wants.
    RunId::parse(&text).unwrap_or_else(|_| unreachable!("a digest is 32 hexadecimal digits"))
}

/// The id of the event that a step of a run sends for the `round`th time. It tells how many workflows
/// came before.
pub fn sent_event_id(run: &RunId, step: &StepId, round: u32, hops: u32) -> String {
    format!("{SENT}{hops}-{run}-{round}-{step}")
}

/// How many workflows led to this event: 0 for one that no run sent.
pub fn hops_of(event_id: &str) -> u32 {
    let rest = event_id.strip_prefix(SENT);
    let hops = rest.and_then(|rest| rest.split('-').next()?.parse().ok());
    hops.unwrap_or(0)
}

/// 32 hexadecimal digits of a digest over the parts, each behind its length.
pub(crate) fn digest(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_le_bytes());
        hash.update(part.as_bytes());
    }
    let hash = hash.finalize();
    let mut text = String::with_capacity(32);
    for byte in hash.iter().take(16) {
        for digit in [byte >> 4, byte & 15] {
            text.extend(char::from_digit(digit.into(), 16));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_call_has_the_same_mark_and_another_one_another() {
        let workspace = WorkspaceId::parse("acme").unwrap();
        let trigger = TriggerId::parse("0b6e9c0a-3a62-4a53-9d0e-0a3a62d3f5c1").unwrap();
        let mark =
            |key, user, variables| trigger_mark(&workspace, &trigger, key, Some(user), variables);
        assert_eq!(mark(None, "ann", "{}"), mark(None, "ann", "{}"));
        assert_ne!(mark(None, "ann", "{}"), mark(None, "ann{", "}"));
        assert_eq!(mark(Some("k"), "ann", "{}"), mark(Some("k"), "bob", "{}"));
        assert_eq!(Window::of(&mark(Some("k"), "a", "")), Some(Window::Key));
        assert_eq!(Window::of(&mark(None, "a", "")), Some(Window::Body));
        assert_eq!(Window::of("other"), None);
        let nobody = trigger_mark(&workspace, &trigger, None, None, "{}");
        assert_ne!(nobody, mark(None, "ann", "{}"));
    }

    #[test]
    fn an_event_that_a_run_sent_tells_how_many_led_to_it() {
        let run = RunId::parse(&"a".repeat(32)).unwrap();
        let step = StepId::parse("tell-them").unwrap();
        assert_eq!(hops_of(&sent_event_id(&run, &step, 2, 3)), 3);
        assert_eq!(hops_of("order-1"), 0);
        assert_eq!(hops_of("run-of-the-mill"), 0);
    }
}
