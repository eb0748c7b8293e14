//! Saved metrics and their variables.

use std::collections::BTreeMap;
use std::time::Instant;

use event::{Timestamp, WorkspaceId};
use query::{Column, Query, QueryError, Variables};
use serde_json::{Value, json};
use store::{MetricVariable, VariableKind};

use crate::MetricsQuery;

/// What stands for a text that has no default, while a metric is planned: some texts are compared with
/// moments, others with numbers.
const TEXTS: [&str; 3] = ["text", "2026-01-01T00:00:00Z", "1"];

/// The values of a metric's variables: those given, else the defaults. Each must be there and of its
/// type, and none may be there that the metric does not know.
pub(crate) fn bind(
    declared: &[MetricVariable],
    given: &BTreeMap<String, Value>,
) -> Result<Variables, QueryError> {
    let fault = |name: &str, message: &str| QueryError::Variable {
        name: name.to_owned(),
        message: message.to_owned(),
    };
    let is_declared = |name: &str| declared.iter().any(|variable| variable.name == name);
    if let Some(name) = given.keys().find(|name| !is_declared(name)) {
        return Err(fault(name, "is none of this metric's"));
    }
    let mut values = BTreeMap::new();
    for MetricVariable {
        name,
        kind,
        default,
    } in declared
    {
        let value = given.get(name).or(default.as_ref());
        let value = value.ok_or_else(|| fault(name, "is missing"))?;
        if !kind.holds(value) {
            return Err(fault(name, kind.expected()));
        }
        values.insert(name.clone(), value.clone());
    }
    Ok(Variables::new(values))
}

/// The columns that a metric would answer, if its text can be planned.
pub(crate) async fn plan(
    metrics_query: &MetricsQuery,
    workspace: &WorkspaceId,
    sql: &str,
    variables: &[MetricVariable],
    now: Timestamp,
) -> Result<Vec<Column>, QueryError> {
    let is_open = |it: &MetricVariable| it.kind == VariableKind::Text && it.default.is_none();
    let has_open = variables.iter().any(is_open);
    // All trials together take no longer than one query.
    let started = Instant::now();
    let mut first_error = None;
    for text in TEXTS
        .into_iter()
        .take(if has_open { TEXTS.len() } else { 1 })
    {
        let values = variables.iter().map(|variable| {
            let value = variable.default.clone();
            let value = value.unwrap_or_else(|| example(variable.kind, text));
            (variable.name.clone(), value)
        });
        let query = Query {
            workspace: workspace.clone(),
            sql: sql.to_owned(),
            variables: Variables::new(values),
            now,
            started,
        };
        match metrics_query.engine.check(query).await {
            Ok(columns) => return Ok(columns),
            // Another text would fare no better.
            Err(error @ (QueryError::Limit(_) | QueryError::Store(_))) => return Err(error),
            Err(error) => {
                first_error.get_or_insert(error);
            }
        }
    }
    Err(first_error.unwrap_or(QueryError::Empty))
}

fn example(kind: VariableKind, text: &str) -> Value {
    match kind {
        VariableKind::Text => json!(text),
        VariableKind::Number => json!(1),
        VariableKind::Boolean => json!(true),
        VariableKind::List => json!([text]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variable(name: &str, kind: VariableKind, default: Option<Value>) -> MetricVariable {
        MetricVariable {
            name: name.to_owned(),
            kind,
            default,
        }
    }

    fn bound(given: Value) -> Result<Variables, String> {
        let declared = [
            variable("event", VariableKind::Text, None),
            variable("limit", VariableKind::Number, Some(json!(10))),
        ];
        let given = serde_json::from_value(given).unwrap();
        bind(&declared, &given).map_err(|error| error.to_string())
    }

    #[test]
    fn a_variable_that_is_not_given_has_its_default() {
        let values = |event: &str, limit: i64| {
            let values = [("event", json!(event)), ("limit", json!(limit))];
            Variables::new(values.map(|(name, value)| (name.to_owned(), value)))
        };
        assert_eq!(bound(json!({"event": "a"})), Ok(values("a", 10)));
        assert_eq!(bound(json!({"event": "a", "limit": 3})), Ok(values("a", 3)));
    }

    #[test]
    fn missing_unknown_and_unfit_variables_are_named() {
        let refused = |given| bound(given).unwrap_err();
        assert_eq!(refused(json!({})), "variable event: is missing");
        assert_eq!(
            refused(json!({"event": "a", "limt": 1})),
            "variable limt: is none of this metric's"
        );
        assert_eq!(
            refused(json!({"event": 1})),
            "variable event: must be a text"
        );
    }
}
