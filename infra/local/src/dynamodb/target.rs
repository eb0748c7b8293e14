//! What a DynamoDB request is about: the action, the tables, the permissions it needs.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::value::RawValue;

use super::partitions::{Places, of_batch};
use crate::Permission;

/// The parts of a request's body, or of a part of a transaction, that name tables and keys.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Body<'a> {
    #[serde(borrow)]
    table_name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    stream_arn: Option<Cow<'a, str>>,
    #[serde(borrow)]
    resource_arn: Option<Cow<'a, str>>,
    #[serde(borrow)]
    request_items: Option<BTreeMap<Cow<'a, str>, &'a RawValue>>,
    #[serde(borrow)]
    transact_items: Option<Vec<BTreeMap<Cow<'a, str>, Body<'a>>>>,
    #[serde(borrow)]
    key: Option<&'a RawValue>,
    #[serde(borrow)]
    item: Option<&'a RawValue>,
    #[serde(borrow)]
    key_condition_expression: Option<Cow<'a, str>>,
    #[serde(borrow)]
    expression_attribute_names: Option<BTreeMap<Cow<'a, str>, Cow<'a, str>>>,
    #[serde(borrow)]
    expression_attribute_values: Option<&'a RawValue>,
}

impl Body<'_> {
    fn partitions(&self, key: &str) -> BTreeSet<String> {
        let places = Places {
            key: self.key,
            item: self.item,
            condition: self.key_condition_expression.as_deref(),
            names: self.expression_attribute_names.as_ref(),
            values: self.expression_attribute_values,
        };
        places.partitions(key)
    }
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
    /// From the value of `X-Amz-Target` and the body, which may be anything. `partition_key` knows the
    /// attribute that is a table's partition key.
    pub(super) fn parse(
        header: &str,
        body: &[u8],
        partition_key: impl Fn(&str) -> Option<String>,
    ) -> Self {
        let action = header.rsplit('.').next().unwrap_or(header).to_owned();
        let body: Body<'_> = serde_json::from_slice(body).unwrap_or_default();
        let mut needed = Needed {
            partition_key,
            tables: Vec::new(),
            permissions: BTreeMap::new(),
        };
        let verb = iam_action(&action);
        let transaction = body.transact_items.as_deref().unwrap_or_default();
        for (kind, part) in transaction.iter().flatten() {
            let table = part.table_name.as_deref();
            needed.add(iam_action(kind), table, |key| part.partitions(key));
        }
        if let Some(table) = &body.table_name {
            needed.add(verb, Some(table), |key| body.partitions(key));
        }
        for arn in [&body.stream_arn, &body.resource_arn].into_iter().flatten() {
            needed.add(verb, table_of_arn(arn), |_| BTreeSet::new());
        }
        for (table, requests) in body.request_items.iter().flatten() {
            needed.add(verb, Some(table), |key| of_batch(requests, key));
        }
        if needed.permissions.is_empty() {
            needed.add(verb, None, |_| BTreeSet::new());
        }
        let permissions = needed.permissions.into_iter();
        let permissions = permissions.map(|((action, resource), partitions)| Permission {
            action,
            resource,
            partitions,
        });
        Self {
            action,
            tables: needed.tables,
            permissions: permissions.collect(),
            transaction_items: transaction.len(),
        }
    }
}

/// The permissions that a request needs.
struct Needed<K> {
    partition_key: K,
    tables: Vec<String>,
    permissions: BTreeMap<(String, Option<String>), BTreeSet<String>>,
}

impl<K: Fn(&str) -> Option<String>> Needed<K> {
    fn add(
        &mut self,
        verb: &str,
        table: Option<&str>,
        partitions: impl FnOnce(&str) -> BTreeSet<String>,
    ) {
        let what = (format!("dynamodb:{verb}"), table.map(str::to_owned));
        let all = self.permissions.entry(what).or_default();
        let Some(table) = table else {
            return;
        };
        if let Some(key) = (self.partition_key)(table) {
            all.extend(partitions(&key));
        }
        if !self.tables.iter().any(|it| it == table) {
            self.tables.push(table.to_owned());
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
fn table_of_arn(arn: &str) -> Option<&str> {
    arn.split_once(":table/")?.1.split('/').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(action: &str, body: &[u8]) -> Target {
        let header = format!("DynamoDB_20120810.{action}");
        Target::parse(&header, body, |_| Some("pk".to_owned()))
    }

    fn permission(action: &str, table: &str, partitions: &[&str]) -> Permission {
        Permission {
            action: format!("dynamodb:{action}"),
            resource: Some(table.into()),
            partitions: partitions.iter().map(|&it| it.to_owned()).collect(),
        }
    }

    #[test]
    fn a_transaction_needs_the_permission_of_each_part_on_its_table() {
        let body = br#"{"TransactItems":[
            {"Put":{"TableName":"b","Item":{"TableName":{"S":"x"},"pk":{"S":"two"}}}},
            {"ConditionCheck":{"TableName":"a"}},
            {"Put":{"TableName":"b","Item":{"pk":{"S":"one"},"sk":{"S":"x"}}}}]}"#;
        let target = parse("TransactWriteItems", body);
        assert_eq!(target.tables, ["b", "a"]);
        assert_eq!(target.transaction_items, 3);
        let needed = [
            permission("ConditionCheckItem", "a", &[]),
            permission("PutItem", "b", &["one", "two"]),
        ];
        assert_eq!(target.permissions, needed);
    }

    #[test]
    fn tables_of_batches_and_streams_are_found() {
        let body = br#"{"RequestItems":{"t":{"ConsistentRead":true,"Keys":[
            {"pk":{"S":"one"},"sk":{"S":"x"}},{"pk":{"S":"two"},"sk":{"S":"x"}}]}}}"#;
        let batch = parse("BatchGetItem", body);
        let needed = [permission("BatchGetItem", "t", &["one", "two"])];
        assert_eq!(batch.permissions, needed);
        let body =
            br#"{"RequestItems":{"t":[{"PutRequest":{"Item":{"pk":{"S":"one"},"b":{"B":"AA=="}}}},
            {"DeleteRequest":{"Key":{"pk":{"S":"two"}}}}]}}"#;
        let batch = parse("BatchWriteItem", body);
        let needed = [permission("BatchWriteItem", "t", &["one", "two"])];
        assert_eq!(batch.permissions, needed);
        let arn = br#"{"StreamArn":"arn:aws:dynamodb:r:0:table/t/stream/1"}"#;
        assert_eq!(parse("DescribeStream", arn).tables, ["t"]);
    }

    #[test]
    fn the_partition_of_a_query_is_what_its_condition_sets_the_key_equal_to() {
        let body =
            br##"{"TableName":"t","KeyConditionExpression":"#sk BETWEEN :a AND :b AND (#pk = :pk)",
            "ExpressionAttributeNames":{"#pk":"pk","#sk":"sk"},
            "ExpressionAttributeValues":{":pk":{"S":"one"},":a":{"S":"x"},":b":{"S":"y"}}}"##;
        let needed = [permission("Query", "t", &["one"])];
        assert_eq!(parse("Query", body).permissions, needed);
        let body = br#"{"TableName":"t","KeyConditionExpression":"sk = :a AND pk=:b",
            "ExpressionAttributeValues":{":a":{"S":"one"},":b":{"S":"two"}}}"#;
        let needed = [permission("Query", "t", &["two"])];
        assert_eq!(parse("Query", body).permissions, needed);
    }

    #[test]
    fn a_body_that_is_no_json_is_recorded_without_a_table() {
        let target = parse("PutItem", b"\xff");
        assert_eq!(
            (target.action.as_str(), target.tables.len()),
            ("PutItem", 0)
        );
    }
}
