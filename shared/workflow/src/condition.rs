//! Conditions over what a run knows.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::fault::Faults;

/// Conditions in one list, at most.
pub(crate) const MAX_CONDITIONS: usize = 50;
/// What a path may begin with.
const ROOTS: [&str; 3] = ["profile", "event", "variables"];
/// Longest path, in bytes.
const MAX_PATH: usize = 512;

/// Several conditions, of which all or any must hold. None at all hold always.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conditions {
    /// Each of these must hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub all: Vec<Condition>,
    /// At least one of these must hold, if there is one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub any: Vec<Condition>,
}

/// One condition on one value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Names joined by dots, from `profile`, `event` or `variables` on; a number is a place in a list.
    pub path: String,
    /// How the value there is compared.
    pub operator: Operator,
    /// With what; absent for `exists` and `missing`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operator {
    /// The same value; numbers by what they are worth.
    Equals,
    /// Another value, or none.
    NotEquals,
    /// A text that has the text in it, or a list that has the value.
    Contains,
    /// One of the values of a list.
    OneOf,
    /// A number or text behind the other.
    GreaterThan,
    /// A number or text not before the other.
    AtLeast,
    /// A number or text before the other.
    LessThan,
    /// A number or text not behind the other.
    AtMost,
    /// There is a value, and it is not null.
    Exists,
    /// There is no value, or null.
    Missing,
}

impl Conditions {
    /// Whether they hold for what is known: an object with the members `profile`, `event` and
    /// `variables`.
    pub fn hold(&self, known: &Value) -> bool {
        let holds = |condition: &Condition| condition.holds(known);
        self.all.iter().all(holds) && (self.any.is_empty() || self.any.iter().any(holds))
    }

    pub(crate) fn check(&self, path: &str, roots: &[&str], faults: &mut Faults) {
        for (list, conditions) in [("all", &self.all), ("any", &self.any)] {
            if conditions.len() > MAX_CONDITIONS {
                let message = format!("must have at most {MAX_CONDITIONS} conditions");
                faults.add(format!("{path}.{list}"), message);
            }
            for (index, condition) in conditions.iter().enumerate() {
                condition.check(&format!("{path}.{list}[{index}]"), roots, faults);
            }
        }
    }

    /// All roots.
    pub(crate) const fn roots() -> &'static [&'static str] {
        &ROOTS
    }
}

impl Condition {
    fn holds(&self, known: &Value) -> bool {
        let found = find(known, &self.path).filter(|value| !value.is_null());
        let other = self.value.as_ref();
        let order = |accept: fn(Ordering) -> bool| {
            let order = found.zip(other).and_then(|(a, b)| compare(a, b));
            order.is_some_and(accept)
        };
        match self.operator {
            Operator::Exists => found.is_some(),
            Operator::Missing => found.is_none(),
            Operator::Equals => found.zip(other).is_some_and(|(a, b)| equal(a, b)),
            Operator::NotEquals => !found.zip(other).is_some_and(|(a, b)| equal(a, b)),
            Operator::Contains => found.zip(other).is_some_and(|(a, b)| contains(a, b)),
            Operator::OneOf => found.zip(other).is_some_and(|(a, b)| contains(b, a)),
            Operator::GreaterThan => order(Ordering::is_gt),
            Operator::AtLeast => order(Ordering::is_ge),
            Operator::LessThan => order(Ordering::is_lt),
            Operator::AtMost => order(Ordering::is_le),
        }
    }

    fn check(&self, path: &str, roots: &[&str], faults: &mut Faults) {
        let root = self.path.split('.').next().unwrap_or_default();
        if !roots.contains(&root) || self.path.split('.').any(str::is_empty) {
            let roots = roots.join(", ");
            let message = format!("must be names joined by dots, and begin with one of: {roots}");
            faults.add(format!("{path}.path"), message);
        } else if self.path.len() > MAX_PATH {
            faults.add(
                format!("{path}.path"),
                format!("must be at most {MAX_PATH} bytes"),
            );
        }
        let needs_none = matches!(self.operator, Operator::Exists | Operator::Missing);
        let message = match (&self.value, self.operator) {
            (Some(_), _) if needs_none => "must be absent: the operator compares with nothing",
            (None, _) if !needs_none => "is missing: the operator compares with it",
            (Some(value), Operator::OneOf) if !value.is_array() => "must be a list",
            (
                Some(value),
                Operator::GreaterThan | Operator::AtLeast | Operator::LessThan | Operator::AtMost,
            ) if !(value.is_number() || value.is_string()) => "must be a number or a text",
            _ => return,
        };
        faults.add(format!("{path}.value"), message);
    }
}

fn find<'a>(known: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(known, |value, name| match value {
        Value::Array(items) => items.get(name.parse::<usize>().ok()?),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
            value.get(name)
        }
    })
}

fn equal(a: &Value, b: &Value) -> bool {
    a == b || (a.is_number() && b.is_number() && compare(a, b) == Some(Ordering::Equal))
}

fn contains(whole: &Value, part: &Value) -> bool {
    match whole {
        Value::String(text) => part.as_str().is_some_and(|part| text.contains(part)),
        Value::Array(items) => items.iter().any(|item| equal(item, part)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    }
}

fn compare(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::String(a), Value::String(b)) => Some(a.cmp(b)),
        (Value::Number(a), Value::Number(b)) => match (a.as_i128(), b.as_i128()) {
            (Some(a), Some(b)) => Some(a.cmp(&b)),
            _ => a.as_f64()?.partial_cmp(&b.as_f64()?),
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn holds(path: &str, operator: &str, value: &Value) -> bool {
        let known = json!({
            "profile": {"properties": {"plan": "pro", "seats": 5, "tags": ["a", "b"], "gone": null}},
            "event": {"properties": {"total": 12.5, "big": 9_007_199_254_740_993_i64}},
            "variables": {},
        });
        let mut condition = json!({"path": path, "operator": operator});
        if !value.is_null() {
            condition["value"] = value.clone();
        }
        let all = json!({"all": [condition]});
        serde_json::from_value::<Conditions>(all)
            .unwrap()
            .hold(&known)
    }

    #[test]
    fn each_operator_compares_what_is_there() {
        let plan = "profile.properties.plan";
        let seats = "profile.properties.seats";
        assert!(holds(plan, "equals", &json!("pro")));
        assert!(!holds(plan, "equals", &json!("free")));
        assert!(holds(plan, "not_equals", &json!("free")));
        assert!(holds(plan, "one_of", &json!(["free", "pro"])));
        assert!(holds(plan, "contains", &json!("r")));
        assert!(holds(seats, "equals", &json!(5.0)));
        assert!(holds(seats, "at_least", &json!(5)) && holds(seats, "at_most", &json!(5)));
        assert!(!holds(seats, "greater_than", &json!(5)) && !holds(seats, "less_than", &json!(5)));
        assert!(holds("event.properties.total", "greater_than", &json!(12)));
        assert!(holds("profile.properties.tags", "contains", &json!("b")));
        assert!(holds("profile.properties.tags.1", "equals", &json!("b")));
        // Beyond what a floating-point number tells apart.
        assert!(!holds(
            "event.properties.big",
            "equals",
            &json!(9_007_199_254_740_992_i64)
        ));
    }

    #[test]
    fn what_is_not_there_is_missing_and_unequal_to_everything() {
        for path in [
            "variables.none",
            "profile.properties.gone",
            "event.none.deeper",
        ] {
            assert!(holds(path, "missing", &Value::Null), "{path}");
            assert!(!holds(path, "exists", &Value::Null), "{path}");
            assert!(holds(path, "not_equals", &json!(1)), "{path}");
            assert!(!holds(path, "less_than", &json!(1)), "{path}");
        }
    }

    #[test]
    fn values_of_two_kinds_are_in_no_order() {
        assert!(!holds("profile.properties.plan", "greater_than", &json!(1)));
        assert!(!holds("profile.properties.plan", "at_most", &json!(1)));
    }
}
