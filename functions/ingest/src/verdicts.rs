//! What became of each event of a request, and the answer that says so.

use std::borrow::Cow;

use edge::{Caller, Problem};
use event::Event;
use policy::Refusal;
use serde::Serialize;

use crate::sources::userflux::Outcome;
use crate::sources::{Fault, Invalid};

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
    /// Judges each event: its content by the rules, its name by the key's policy.
    pub fn judge(
        outcomes: Vec<Outcome<'a>>,
        caller: &Caller,
        idempotency_key: Option<&str>,
        place: Place,
    ) -> Self {
        let mut verdicts = Self {
            accepted: Vec::with_capacity(outcomes.len()),
            refused: Vec::new(),
        };
        for (index, outcome) in outcomes.into_iter().enumerate() {
            match outcome {
                Ok(draft) if caller.policy.admits_event(&draft.name) => {
                    let event = draft.identify(&caller.workspace, idempotency_key, index);
                    verdicts.accepted.push(event);
                }
                Ok(draft) => verdicts.refused.push(Refused {
                    index,
                    id: draft.id.map(Cow::into_owned),
                    name: Some(draft.name.into_owned()),
                    code: Problem::EVENT_NOT_ALLOWED,
                    path: place.member(index, place.name()),
                    message: Refusal::EventNotAllowed.message().to_owned(),
                }),
                Err(Invalid {
                    id,
                    name,
                    fault,
                    path,
                    message,
                }) => verdicts.refused.push(Refused {
                    index,
                    id,
                    name,
                    code: match fault {
                        Fault::Invalid => Problem::INVALID_EVENT,
                        Fault::TooLarge => Problem::TOO_LARGE,
                    },
                    path: place.member(index, path),
                    message,
                }),
            }
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
