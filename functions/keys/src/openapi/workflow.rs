//! A workflow as it is sent and shown.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// A workflow: what starts it, and its steps. Unknown members are refused.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WorkflowDefinition)]
pub(crate) struct Workflow {
    /// What people call it.
    #[schema(min_length = 1, max_length = 64, example = "Welcome")]
    name: String,
    /// What starts a run.
    trigger: Trigger,
    /// 1 to 100 steps. A run begins with the first; each can be reached from it, and no way comes back
    /// to a step without a `wait` in between.
    #[schema(min_items = 1, max_items = 100)]
    steps: Vec<Step>,
}

/// What starts a run.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Trigger {
    #[serde(rename = "type")]
    kind: TriggerType,
    /// Of `event`: the names of the events.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 50)]
    events: Option<Vec<String>>,
    /// Of `event`: conditions over `event`.
    #[serde(skip_serializing_if = "Option::is_none")]
    when: Option<Conditions>,
    /// Of `schedule`: whole minutes, in seconds. This or `cron`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 60, maximum = 31_622_400)]
    every_seconds: Option<u64>,
    /// Of `schedule`: minute, hour, day of month, month and day of week, in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "0 9 * * 1-5")]
    cron: Option<String>,
}

/// What kind of thing starts a run.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum TriggerType {
    /// A call of `POST /workflow/trigger`.
    Api,
    /// An event.
    Event,
    /// A clock.
    Schedule,
}

/// A step. Texts in `url` (behind the host), `headers`, `body` and `properties` are templates.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Step {
    /// Letters, digits, `_` and `-`.
    #[schema(min_length = 1, max_length = 40)]
    id: String,
    #[serde(rename = "type")]
    kind: StepType,
    /// The step after this one; absent: the one behind it, and after the last the run is complete.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
    /// Of `webhook`: an `https` address.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2048)]
    url: Option<String>,
    /// Of `webhook`: further headers.
    #[serde(skip_serializing_if = "Option::is_none")]
    headers: Option<BTreeMap<String, String>>,
    /// Of `webhook`: the JSON to send; absent: type, timestamp and what the run knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    body: Option<Value>,
    /// Of `update_profile` and `send_event`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    properties: Option<Map<String, Value>>,
    /// Of `send_event`: the event's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// Of `wait`: at most 30 days.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 2_592_000)]
    seconds: Option<u64>,
    /// Of `branch`.
    #[serde(skip_serializing_if = "Option::is_none")]
    when: Option<Conditions>,
    /// Of `branch`: the step where the conditions hold; absent: the one behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    then: Option<String>,
    /// Of `branch`: the step where they do not hold; absent: the one behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    otherwise: Option<String>,
}

/// What a step does.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum StepType {
    /// Sends a signed webhook, again and again for a day until it is taken.
    Webhook,
    /// Sets properties of the profile.
    UpdateProfile,
    /// Sends an event about the profile into Weir.
    SendEvent,
    /// Waits.
    Wait,
    /// Goes one way or the other.
    Branch,
    /// Ends the run.
    Stop,
}

/// Conditions of which all of `all` and one of `any` must hold.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Conditions {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 50)]
    all: Vec<Condition>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 50)]
    any: Vec<Condition>,
}

/// A condition on one value.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Condition {
    /// Names joined by dots, from `profile`, `event` or `variables` on.
    #[schema(example = "profile.properties.plan")]
    path: String,
    operator: Operator,
    /// Absent for `exists` and `missing`, a list for `one_of`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    value: Option<Value>,
}

/// How two values are compared.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Operator {
    /// The same value.
    Equals,
    /// Another value, or none.
    NotEquals,
    /// A text with that in it, or a list with it.
    Contains,
    /// One of a list.
    OneOf,
    /// A number or text behind it.
    GreaterThan,
    /// A number or text not before it.
    AtLeast,
    /// A number or text before it.
    LessThan,
    /// A number or text not behind it.
    AtMost,
    /// There is a value that is not null.
    Exists,
    /// There is none.
    Missing,
}

impl Workflow {
    /// As the use cases take it.
    pub(crate) fn to_json(&self) -> String {
        // Texts, numbers and lists always serialise.
        serde_json::to_string(self).unwrap_or_default()
    }
}
