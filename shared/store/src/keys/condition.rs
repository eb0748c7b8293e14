//! The condition that a key's entry in the list has the version that a caller has seen.

use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_dynamodb::types::builders::{DeleteBuilder, UpdateBuilder};

use super::KeyVersion;
use super::change::KeyChange;
use crate::fields::number;
use crate::schema::PK;
use crate::schema::control::attribute;

/// A condition with its names and values.
#[derive(Debug)]
pub(super) struct Condition {
    expression: String,
    names: Vec<(&'static str, &'static str)>,
    values: Vec<(&'static str, AttributeValue)>,
}

impl Condition {
    /// The entry is there, and has the version that the change expects, if it expects one.
    pub(super) fn seen(change: &KeyChange<'_>) -> Self {
        let mut condition = Self {
            expression: "attribute_exists(#pk)".to_owned(),
            names: vec![("#pk", PK)],
            values: Vec::new(),
        };
        if let Some(KeyVersion { policy, details }) = change.expected {
            condition.and(("#policy", attribute::POLICY_VERSION), (":policy", policy));
            condition.and(("#version", attribute::VERSION), (":version", details));
        }
        condition
    }

    fn and(&mut self, name: (&'static str, &'static str), value: (&'static str, u64)) {
        // Entries from before there were changes have no version.
        let first = if value.1 == 1 {
            format!("attribute_not_exists({}) OR ", name.0)
        } else {
            String::new()
        };
        let condition = format!(" AND ({first}{} = {})", name.0, value.0);
        self.expression.push_str(&condition);
        self.names.push(name);
        self.values.push((value.0, number(value.1)));
    }

    pub(super) fn on_update(self, mut update: UpdateBuilder) -> UpdateBuilder {
        for (alias, name) in self.names {
            update = update.expression_attribute_names(alias, name);
        }
        for (alias, value) in self.values {
            update = update.expression_attribute_values(alias, value);
        }
        update.condition_expression(self.expression)
    }

    pub(super) fn on_delete(self, mut delete: DeleteBuilder) -> DeleteBuilder {
        for (alias, name) in self.names {
            delete = delete.expression_attribute_names(alias, name);
        }
        for (alias, value) in self.values {
            delete = delete.expression_attribute_values(alias, value);
        }
        delete.condition_expression(self.expression)
    }
}
