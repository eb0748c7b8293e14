//! What became of each event of a request, and the answer that says so.

use std::borrow::Cow;

use edge::{Caller, Problem};
use event::{Event, RequestMark};
use policy::Refusal;
use serde::Serialize;

use crate::hours::{Hours, MAX_HOURS};
use crate::sources::{Fault, Invalid, Outcome};

/// One event that was not stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// The event's place in the body, from 0.
    pub index: usize,
    /// The id that the sender gave it, where the event could be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The event's name, where it could be read. The sender is not told: it knows.
    #[serde(skip)]
    pub name: Option<String>,
    /// The stable code of the rule: `event_not_allowed`, `invalid_event`, `too_large`.
    pub code: &'static str,
    /// The offending member as a JSON path in the body; empty for the event itself.
    pub path: String,
    /// What is wrong, in words.
    pub message: String,
}

/// A request's events, sorted into those to store and those refused.
#[derive(Debug, Default)]
pub struct Verdicts<'a> {
    /// The events to store, in the order of the body.
    pub accepted: Vec<Event<'a>>,
    /// The others, in the order of the body.
    pub refused: Vec<Refused>,
}

impl<'a> Verdicts<'a> {
    /// Judges each event: its content by the rules, its name by the key's policy, its hour by those of the
    /// request. `mark` says that the request is the same one again.
    pub fn judge(
        outcomes: Vec<Outcome<'a>>,
        caller: &Caller,
        mark: Option<RequestMark<'_>>,
        place: Place,
    ) -> Self {
        let mut verdicts = Self {
            accepted: Vec::with_capacity(outcomes.len()),
            refused: Vec::new(),
        };
        let mut hours = Hours::default();
        for (index, outcome) in outcomes.into_iter().enumerate() {
            let refused = match outcome {
                Ok(draft) if !caller.policy.admits_event(&draft.name) => Refused {
                    index,
                    id: draft.id.map(Cow::into_owned),
                    name: Some(draft.name.into_owned()),
                    code: Problem::EVENT_NOT_ALLOWED,
                    path: place.member(index, place.name()),
                    message: Refusal::EventNotAllowed.message().to_owned(),
                },
                Ok(draft) if !hours.admit(draft.members.timestamp) => Refused {
                    index,
                    id: draft.id.map(Cow::into_owned),
                    name: Some(draft.name.into_owned()),
                    code: Problem::TOO_LARGE,
                    path: place.member(index, "timestamp"),
                    message: format!("lies in one hour more than the {MAX_HOURS} of one request"),
                },
                Ok(draft) => {
                    let event = draft.identify(&caller.workspace, mark, index);
                    verdicts.accepted.push(event);
                    continue;
                }
                Err(Invalid {
                    id,
                    name,
                    fault,
                    path,
                    message,
                }) => Refused {
                    index,
                    id,
                    name,
                    code: match fault {
                        Fault::Invalid => Problem::INVALID_EVENT,
                        Fault::TooLarge => Problem::TOO_LARGE,
                    },
                    path: place.member(index, path),
                    message,
                },
            };
            verdicts.refused.push(refused);
        }
        verdicts
    }
}

/// The problem of a request of which no event was stored: 403 if the policy refused one, 413 if each
/// was too large, else 400.
pub(crate) fn total_refusal(first: &Refused, refused: &[Refused]) -> Problem {
    let all = |code| refused.iter().all(|refusal| refusal.code == code);
    let any = |code| refused.iter().any(|refusal| refusal.code == code);
    if any(Problem::EVENT_NOT_ALLOWED) {
        Problem::Refused(Refusal::EventNotAllowed)
    } else if all(Problem::TOO_LARGE) {
        let what = if first.path.is_empty() {
            "the event"
        } else {
            &first.path
        };
        Problem::TooLarge {
            message: format!("{what} {}", first.message).into(),
        }
    } else {
        Problem::InvalidEvent {
            path: first.path.clone().into(),
            message: first.message.clone().into(),
        }
    }
}

/// Where the events lie in the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The body is the event.
    Body,
    /// In the array `events`.
    Batch,
    /// In the array `events`, where an event's name is its `type`.
    Typed,
    /// The records of a format that knows no such place, counted through.
    Records,
}

impl Place {
    /// The member that is an event's name.
    const fn name(self) -> &'static str {
        match self {
            Self::Typed => "type",
            Self::Body | Self::Batch | Self::Records => "name",
        }
    }

    /// The JSON path of an event's member in the body.
    fn member(self, index: usize, member: &str) -> String {
        match self {
            Self::Body => member.to_owned(),
            Self::Batch | Self::Typed if member.is_empty() => format!("events[{index}]"),
            Self::Batch | Self::Typed => format!("events[{index}].{member}"),
            Self::Records if member.is_empty() => format!("records[{index}]"),
            Self::Records => format!("records[{index}].{member}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use event::{KeyId, Timestamp, WorkspaceId};
    use policy::{CompiledPolicy, KeyKind, Policy, SecretSlot};

    use super::*;
    use crate::sources::json_logs::{Format, decode};

    fn caller() -> Caller {
        Caller {
            workspace: WorkspaceId::parse("acme").unwrap(),
            key_id: KeyId::parse("000000000001").unwrap(),
            kind: KeyKind::Sensor,
            role: None,
            account: None,
            slot: SecretSlot::Current,
            policy: Arc::new(CompiledPolicy::new(&Policy::default())),
        }
    }

    #[test]
    fn a_record_in_an_hour_too_many_is_named_by_its_own_place() {
        let now = Timestamp::from_millis(1_795_240_800_000);
        let record = |hours: u64| {
            let time = now.minus(Duration::from_hours(hours)).as_millis();
            format!("{{\"time\":{time}}}\n")
        };
        let hours = MAX_HOURS as u64;
        // One that is invalid, as many hours as may be, one hour more, and the first hour again.
        let records: String = (0..=hours).chain([0]).map(record).collect();
        let body = format!("5\n{records}");
        let outcomes = decode(Format::Json, body.as_bytes(), now).unwrap();
        let Verdicts { accepted, refused } =
            Verdicts::judge(outcomes, &caller(), None, Place::Records);
        assert_eq!(accepted.len(), MAX_HOURS + 1);
        let places: Vec<_> = refused
            .iter()
            .map(|refused| (refused.index, refused.path.as_str(), refused.code))
            .collect();
        assert_eq!(
            places,
            [
                (0, "records[0]", Problem::INVALID_EVENT),
                (1_001, "records[1001].timestamp", Problem::TOO_LARGE),
            ]
        );
    }
}
