//! A definition as its JSON has it, member by member, with what authors write left as text.
//!
//! A member that is not known here makes the reading fail: what the form does not show is not dropped.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use workflow::Operator;

/// A definition.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Shape {
    pub(super) name: String,
    pub(super) trigger: TriggerShape,
    pub(super) steps: Vec<StepShape>,
}

/// A trigger, with the members of all types.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct TriggerShape {
    #[serde(rename = "type")]
    pub(super) kind: TriggerKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) events: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) when: Option<ConditionsShape>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) every_seconds: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cron: Option<String>,
}

/// What starts a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TriggerKind {
    Api,
    #[default]
    Event,
    Schedule,
}

/// A step, with the members of all types.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct StepShape {
    pub(super) id: String,
    #[serde(rename = "type")]
    pub(super) kind: StepKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) headers: Option<Pairs<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) body: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) properties: Option<Pairs<Box<RawValue>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) seconds: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) when: Option<ConditionsShape>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) then: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) otherwise: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next: Option<String>,
}

/// What a step does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StepKind {
    Webhook,
    UpdateProfile,
    SendEvent,
    Wait,
    Branch,
    #[default]
    Stop,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConditionsShape {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) all: Vec<ConditionShape>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) any: Vec<ConditionShape>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConditionShape {
    pub(super) path: String,
    pub(super) operator: Operator,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) value: Option<Box<RawValue>>,
}

impl Shape {
    /// The same without lists that have nothing in them: they say what their absence says.
    pub(super) fn without_empty(mut self) -> Self {
        let is_said = |when: &ConditionsShape| !when.all.is_empty() || !when.any.is_empty();
        self.trigger.when = self.trigger.when.filter(is_said);
        for step in &mut self.steps {
            step.headers = step.headers.take().filter(|pairs| !pairs.0.is_empty());
            step.properties = step.properties.take().filter(|pairs| !pairs.0.is_empty());
            step.when = step.when.take().filter(is_said);
        }
        self
    }

    /// What it says, however it is written.
    pub(super) fn meaning(&self) -> Option<serde_json::Value> {
        let json = serde_json::to_string(self).ok()?;
        serde_json::from_str(&json).ok()
    }
}

/// The members of an object in the order in which they stand.
#[derive(Debug, Default)]
pub(super) struct Pairs<T>(pub(super) Vec<(String, T)>);

impl<T: Serialize> Serialize for Pairs<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Pairs<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PairsVisitor(PhantomData))
    }
}

struct PairsVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for PairsVisitor<T> {
    type Value = Pairs<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs<T>, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(Pairs(pairs))
    }
}
