//! A definition as it is written, not checked.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::MAX_DEFINITION_BYTES;
use crate::{Conditions, Fault, schedule};

/// The shape of a definition: who reads one from people reads it as this first, which names the place
/// of what is not of the shape.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    pub(super) name: String,
    pub(super) trigger: TriggerDraft,
    pub(super) steps: Vec<StepDraft>,
}

/// A trigger with the members of all kinds: which of them belong to it is checked, so that a fault is
/// named by its path.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct TriggerDraft {
    #[serde(rename = "type")]
    pub(super) kind: TriggerKind,
    pub(super) events: Option<Vec<String>>,
    pub(super) when: Option<Conditions>,
    pub(super) every_seconds: Option<u64>,
    pub(super) cron: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum TriggerKind {
    Api,
    Event,
    Schedule,
}

/// A step with the members of all kinds.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct StepDraft {
    pub(super) id: String,
    #[serde(rename = "type")]
    pub(super) kind: StepKind,
    pub(super) next: Option<String>,
    pub(super) url: Option<String>,
    pub(super) headers: Option<std::collections::BTreeMap<String, String>>,
    pub(super) body: Option<Value>,
    pub(super) properties: Option<Map<String, Value>>,
    pub(super) name: Option<String>,
    pub(super) seconds: Option<u64>,
    pub(super) when: Option<Conditions>,
    pub(super) then: Option<String>,
    pub(super) otherwise: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum StepKind {
    Webhook,
    UpdateProfile,
    SendEvent,
    Wait,
    Branch,
    Stop,
}

impl TriggerDraft {
    pub(super) fn schedule(&self) -> schedule::Draft {
        schedule::Draft {
            every_seconds: self.every_seconds,
            cron: self.cron.clone(),
        }
    }
}

/// The definition as it is written. Whoever sends one has it read with the places of its faults before;
/// here a text of another shape is one fault.
pub(super) fn read(json: &str) -> Result<Draft, Vec<Fault>> {
    let fault = |message: &str| {
        vec![Fault {
            path: String::new(),
            message: message.to_owned(),
        }]
    };
    if json.len() > MAX_DEFINITION_BYTES {
        return Err(fault("must be at most 65536 bytes of JSON"));
    }
    serde_json::from_str(json).map_err(|_| fault("is not a definition of a workflow"))
}
