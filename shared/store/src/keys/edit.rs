//! What an update of an item sets and removes, without the names and values being said twice.

use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_dynamodb::types::builders::UpdateBuilder;

use crate::fields::number;

/// What an update sets and removes; nothing is written before all of it was read.
#[derive(Debug, Clone, Default)]
pub(super) struct Edit(Vec<Step>);

#[derive(Debug, Clone)]
enum Step {
    Set(&'static str, AttributeValue),
    Copy(&'static str, &'static str),
    Count(&'static str),
    Remove(&'static str),
}

impl Edit {
    /// Sets an attribute.
    pub(super) fn set(self, name: &'static str, value: AttributeValue) -> Self {
        self.and(Step::Set(name, value))
    }

    /// Sets an attribute, or removes it where there is no value.
    pub(super) fn set_or_remove(self, name: &'static str, value: Option<AttributeValue>) -> Self {
        match value {
            Some(value) => self.set(name, value),
            None => self.remove(name),
        }
    }

    /// Sets an attribute to what another one was.
    pub(super) fn copy(self, name: &'static str, from: &'static str) -> Self {
        self.and(Step::Copy(name, from))
    }

    /// Raises a number by one; what is missing counts as one.
    pub(super) fn count(self, name: &'static str) -> Self {
        self.and(Step::Count(name))
    }

    /// Removes an attribute.
    pub(super) fn remove(self, name: &'static str) -> Self {
        self.and(Step::Remove(name))
    }

    fn and(mut self, step: Step) -> Self {
        self.0.push(step);
        self
    }

    /// The update with this as its expression. Its names are `#e0` and so on, its values `:e0`.
    pub(super) fn apply(self, mut update: UpdateBuilder) -> UpdateBuilder {
        let (mut sets, mut removes) = (Vec::new(), Vec::new());
        for (index, step) in self.0.into_iter().enumerate() {
            let (name, value, from) = (
                format!("#e{index}"),
                format!(":e{index}"),
                format!("#f{index}"),
            );
            let attribute = match step {
                Step::Set(attribute, new) => {
                    sets.push(format!("{name} = {value}"));
                    update = update.expression_attribute_values(value, new);
                    attribute
                }
                Step::Copy(attribute, other) => {
                    sets.push(format!("{name} = {from}"));
                    update = update.expression_attribute_names(from, other);
                    attribute
                }
                Step::Count(attribute) => {
                    sets.push(format!("{name} = if_not_exists({name}, {value}) + {value}"));
                    update = update.expression_attribute_values(value, number(1));
                    attribute
                }
                Step::Remove(attribute) => {
                    removes.push(name.clone());
                    attribute
                }
            };
            update = update.expression_attribute_names(name, attribute);
        }
        let clause = |word: &str, parts: &[String]| {
            if parts.is_empty() {
                String::new()
            } else {
                format!("{word} {} ", parts.join(", "))
            }
        };
        let expression = clause("SET", &sets) + &clause("REMOVE", &removes);
        update.update_expression(expression.trim_end())
    }
}
