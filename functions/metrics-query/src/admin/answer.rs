//! Saved metrics as answers show them, and as somebody sends them.

use policy::Actor;
use query::Column;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{MetricVariable, SavedMetric, VariableKind};

/// A saved metric.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Metric<'a> {
    id: &'a str,
    name: &'a str,
    sql: &'a str,
    variables: &'a [MetricVariable],
    creator: Who<'a>,
    created_at: i64,
    changed_at: i64,
    version: u64,
}

/// Who did something.
#[derive(Debug, Serialize)]
struct Who<'a> {
    kind: &'static str,
    id: &'a str,
    name: String,
}

/// A column of an answer.
#[derive(Debug, Serialize)]
pub(super) struct ShownColumn {
    name: String,
    r#type: String,
}

/// A metric to be saved. Every member but `variables` must be there; others are refused.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewMetric {
    pub(super) name: String,
    pub(super) sql: String,
    #[serde(default)]
    pub(super) variables: Vec<Variable>,
}

/// A text to be planned, not saved.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Trial {
    pub(super) sql: String,
    #[serde(default)]
    pub(super) variables: Vec<Variable>,
}

/// A variable.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Variable {
    name: String,
    r#type: VariableKind,
    default: Option<Value>,
}

impl From<Variable> for MetricVariable {
    fn from(variable: Variable) -> Self {
        Self {
            name: variable.name,
            kind: variable.r#type,
            default: variable.default,
        }
    }
}

impl<'a> Metric<'a> {
    pub(super) fn new(metric: &'a SavedMetric) -> Self {
        Self {
            id: metric.id.as_str(),
            name: &metric.name,
            sql: &metric.sql,
            variables: &metric.variables,
            creator: Who::new(&metric.creator),
            created_at: metric.created_at.as_millis(),
            changed_at: metric.changed_at.as_millis(),
            version: metric.version,
        }
    }
}

impl<'a> Who<'a> {
    fn new(actor: &'a Actor) -> Self {
        Self {
            kind: actor.kind(),
            id: actor.id(),
            name: actor.to_string(),
        }
    }
}

impl From<Column> for ShownColumn {
    fn from(column: Column) -> Self {
        Self {
            name: column.name,
            r#type: column.data_type,
        }
    }
}
