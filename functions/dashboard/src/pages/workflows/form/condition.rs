//! Conditions: rows of a path, an operator and a value, in two lists.

use workflow::Operator;

use super::lists::Rows;
use super::path::{Segment, at};
use super::shape::{ConditionShape, ConditionsShape};
use super::typed::{line, said};
use super::value::Value;
use crate::form::Errors;

/// The operators, as forms and definitions name them, and in words.
pub(super) const OPERATORS: [(Operator, &str, &str); 10] = [
    (Operator::Equals, "equals", "equals"),
    (Operator::NotEquals, "not_equals", "does not equal"),
    (Operator::Contains, "contains", "contains"),
    (Operator::OneOf, "one_of", "is one of"),
    (Operator::GreaterThan, "greater_than", "is greater than"),
    (Operator::AtLeast, "at_least", "is at least"),
    (Operator::LessThan, "less_than", "is less than"),
    (Operator::AtMost, "at_most", "is at most"),
    (Operator::Exists, "exists", "exists"),
    (Operator::Missing, "missing", "is missing"),
];

/// Conditions as somebody has typed them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Conditions {
    pub(crate) all: Vec<Condition>,
    pub(crate) any: Vec<Condition>,
}

/// One condition as somebody has typed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Condition {
    pub(crate) path: String,
    pub(crate) operator: Operator,
    pub(crate) value: Value,
}

impl Default for Condition {
    fn default() -> Self {
        Self {
            path: String::new(),
            operator: Operator::Equals,
            value: Value::default(),
        }
    }
}

impl Conditions {
    pub(super) fn of(shape: Option<&ConditionsShape>) -> Self {
        let Some(ConditionsShape { all, any }) = shape else {
            return Self::default();
        };
        Self {
            all: all.iter().map(Condition::of).collect(),
            any: any.iter().map(Condition::of).collect(),
        }
    }

    /// What they say; none where there are none. Adds what cannot be said, below `path`.
    pub(super) fn shape(&self, path: &str, wrong: &mut Errors) -> Option<ConditionsShape> {
        if self.all.is_empty() && self.any.is_empty() {
            return None;
        }
        let mut list = |name: &str, conditions: &[Condition]| {
            let shapes = conditions.iter().enumerate().map(|(place, condition)| {
                condition.shape(&format!("{path}.{name}[{place}]"), wrong)
            });
            shapes.collect()
        };
        Some(ConditionsShape {
            all: list("all", &self.all),
            any: list("any", &self.any),
        })
    }

    /// Takes a field of a form in.
    pub(super) fn set(&mut self, field: &[Segment<'_>], value: String) {
        let (list, place, rest) = match field {
            [("all", Some(place)), rest @ ..] => (&mut self.all, *place, rest),
            [("any", Some(place)), rest @ ..] => (&mut self.any, *place, rest),
            _ => return,
        };
        if let Some(condition) = at(list, place) {
            condition.set(rest, value);
        }
    }

    /// The list that a path below names.
    pub(super) fn rows(&mut self, path: &[Segment<'_>]) -> Option<Rows<'_>> {
        match path {
            [("all", _)] => Some(Rows::Conditions(&mut self.all)),
            [("any", _)] => Some(Rows::Conditions(&mut self.any)),
            _ => None,
        }
    }
}

impl Condition {
    fn of(shape: &ConditionShape) -> Self {
        let value = shape.value.as_deref();
        Self {
            path: line(&shape.path),
            operator: shape.operator,
            value: value.map_or_else(Value::default, |raw| Value::of(raw, false)),
        }
    }

    fn shape(&self, path: &str, wrong: &mut Errors) -> ConditionShape {
        let needs_none = matches!(self.operator, Operator::Exists | Operator::Missing);
        let raw = if needs_none && self.value.is_blank() {
            Ok(None)
        } else {
            self.value.raw()
        };
        ConditionShape {
            path: self.path.trim().to_owned(),
            operator: self.operator,
            value: said(raw, &format!("{path}.value"), wrong),
        }
    }

    fn set(&mut self, field: &[Segment<'_>], value: String) {
        match field {
            [("path", None)] => self.path = value,
            [("operator", None)] => self.operator = named(&value),
            _ => self.value.set(field, value),
        }
    }
}

fn named(name: &str) -> Operator {
    let found = OPERATORS.into_iter().find(|(_, it, _)| *it == name);
    found.map_or(Operator::Equals, |(operator, _, _)| operator)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_have_the_names_that_definitions_have() {
        for (operator, name, _) in OPERATORS {
            assert_eq!(serde_json::to_value(operator).unwrap(), name);
            assert_eq!(named(name), operator);
        }
    }
}
