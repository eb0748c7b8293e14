//! What a DynamoDB request is about: the action, the tables, the permissions it needs.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::Permission;

/// The parts of a request's body that name tables.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Names<'a> {
    #[serde(borrow)]
    table_name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    stream_arn: Option<Cow<'a, str>>,
    #[serde(borrow)]
    resource_arn: Option<Cow<'a, str>>,
    #[serde(borrow)]
    request_items: Option<BTreeMap<Cow<'a, str>, &'a RawValue>>,
    #[serde(borrow)]
    transact_items: Option<Vec<BTreeMap<Cow<'a, str>, Named<'a>>>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Named<'a> {
    #[serde(borrow)]
    table_name: Option<Cow<'a, str>>,
}

/// A request, as far as recording and faults need it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) action: String,
    /// Each table once, in the order named.
    pub(super) tables: Vec<String>,
    pub(super) permissions: Vec<Permission>,
    /// How many items a transaction has.
    pub(super) transaction_items: usize,
}

impl Target {
    /// From the value of `X-Amz-Target` and the body, which may be anything.
    pub(super) fn parse(header: &str, body: &[u8]) -> Self {
        let action = header.rsplit('.').next().unwrap_or(header).to_owned();
        let names: Names<'_> = serde_json::from_slice(body).unwrap_or_default();
        let transaction = names.transact_items.unwrap_or_default();
        let mut needed: Vec<(&str, Option<String>)> = Vec::new();
        for item in &transaction {
            for (kind, named) in item {
                needed.push((
                    iam_action(kind),
                    named.table_name.as_deref().map(str::to_owned),
                ));
            }
        }
        if let Some(table) = names.table_name {
            needed.push((iam_action(&action), Some(table.into_owned())));
        }
        for arn in [names.stream_arn, names.resource_arn].into_iter().flatten() {
            needed.push((iam_action(&action), table_of_arn(&arn)));
        }
        for (table, _) in names.request_items.unwrap_or_default() {
            needed.push((iam_action(&action), Some(table.into_owned())));
        }
        if needed.is_empty() {
            needed.push((iam_action(&action), None));
        }
        let mut tables: Vec<String> = Vec::new();
        let mut permissions = BTreeSet::new();
        for (verb, resource) in needed {
            if let Some(table) = &resource
                && !tables.contains(table)
            {
                tables.push(table.clone());
            }
            permissions.insert(Permission {
                action: format!("dynamodb:{verb}"),
                resource,
            });
        }
        let permissions = permissions.into_iter().collect();
        Self {
            action,
            tables,
            permissions,
            transaction_items: transaction.len(),
        }
    }
}

/// IAM checks the parts of a transaction, and calls them by the single action's name.
fn iam_action(name: &str) -> &str {
    match name {
        "Put" => "PutItem",
        "Get" => "GetItem",
        "Update" => "UpdateItem",
        "Delete" => "DeleteItem",
        "ConditionCheck" => "ConditionCheckItem",
        "ExecuteStatement" | "BatchExecuteStatement" | "ExecuteTransaction" => "PartiQL",
        other => other,
    }
}

/// `arn:aws:dynamodb:region:account:table/NAME/stream/LABEL`
fn table_of_arn(arn: &str) -> Option<String> {
    arn.split_once(":table/")?
        .1
        .split('/')
        .next()
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn permission(action: &str, table: &str) -> Permission {
        Permission {
            action: format!("dynamodb:{action}"),
            resource: Some(table.into()),
        }
    }

    #[test]
    fn a_transaction_needs_the_permission_of_each_part_on_its_table() {
        let body = br#"{"TransactItems":[{"Put":{"TableName":"b","Item":{"TableName":{"S":"x"}}}},
            {"ConditionCheck":{"TableName":"a"}},{"Put":{"TableName":"b"}}]}"#;
        let target = Target::parse("DynamoDB_20120810.TransactWriteItems", body);
        assert_eq!(target.tables, ["b", "a"]);
        assert_eq!(target.transaction_items, 3);
        let needed = [
            permission("ConditionCheckItem", "a"),
            permission("PutItem", "b"),
        ];
        assert_eq!(target.permissions, needed);
    }

    #[test]
    fn tables_of_batches_and_streams_are_found() {
        let batch = Target::parse(
            "DynamoDB_20120810.BatchGetItem",
            br#"{"RequestItems":{"t":{}}}"#,
        );
        assert_eq!(batch.permissions, [permission("BatchGetItem", "t")]);
        let arn = br#"{"StreamArn":"arn:aws:dynamodb:r:0:table/t/stream/1"}"#;
        let stream = Target::parse("DynamoDBStreams_20120810.DescribeStream", arn);
        assert_eq!(stream.tables, ["t"]);
    }

    #[test]
    fn a_body_that_is_no_json_is_recorded_without_a_table() {
        let target = Target::parse("DynamoDB_20120810.PutItem", b"\xff");
        assert_eq!(
            (target.action.as_str(), target.tables.len()),
            ("PutItem", 0)
        );
    }
}
