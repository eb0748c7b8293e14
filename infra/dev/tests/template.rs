//! The tables of template.yaml are those that the store expects.
#![expect(
    clippy::unwrap_used,
    reason = "a test says by panicking what went wrong"
)]

use serde_yaml_ng::Value;
use store::{TableDefinition, Tables, tables};

/// The properties of every table in the template, by logical name.
fn declared() -> Vec<(String, Value)> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../template.yaml");
    let text = std::fs::read_to_string(path).unwrap();
    let template: Value = serde_yaml_ng::from_str(&text).unwrap();
    let resources = template
        .get("Resources")
        .and_then(Value::as_mapping)
        .unwrap();
    let tables = resources.iter().filter(|(_, resource)| {
        resource.get("Type").and_then(Value::as_str) == Some("AWS::DynamoDB::Table")
    });
    let properties = |(name, table): (&Value, &Value)| {
        (
            name.as_str().unwrap().to_owned(),
            table.get("Properties").unwrap().clone(),
        )
    };
    tables.map(properties).collect()
}

fn at<'a>(value: &'a Value, path: &[&str]) -> Option<&'a Value> {
    path.iter().try_fold(value, |value, name| value.get(name))
}

fn is_true(value: &Value, path: &[&str]) -> bool {
    at(value, path).and_then(Value::as_bool) == Some(true)
}

/// The names and types of the keys: `pk HASH S, sk RANGE S`.
fn keys(table: &Value) -> String {
    let list = |name| at(table, &[name]).and_then(Value::as_sequence).unwrap();
    let text = |value: &Value, name| {
        at(value, &[name])
            .and_then(Value::as_str)
            .unwrap()
            .to_owned()
    };
    let type_of = |name: &str| {
        let mut definitions = list("AttributeDefinitions").iter();
        let definition = definitions
            .find(|it| text(it, "AttributeName") == name)
            .unwrap();
        text(definition, "AttributeType")
    };
    let keys = list("KeySchema").iter().map(|key| {
        let name = text(key, "AttributeName");
        format!("{name} {} {}", text(key, "KeyType"), type_of(&name))
    });
    keys.collect::<Vec<_>>().join(", ")
}

#[test]
fn every_table_of_the_store_is_declared_as_the_store_defines_it() {
    let names = Tables {
        control: "ControlTable".into(),
        events: "EventsTable".into(),
        profiles: "ProfilesTable".into(),
        activity: "ActivityTable".into(),
        runs: "RunsTable".into(),
    };
    let found: Vec<_> = declared()
        .into_iter()
        .map(|(name, table)| {
            assert_eq!(keys(&table), "pk HASH S, sk RANGE S", "{name}");
            let ttl = ["TimeToLiveSpecification", "AttributeName"];
            let expires = is_true(&table, &["TimeToLiveSpecification", "Enabled"]);
            let recovery = [
                "PointInTimeRecoverySpecification",
                "PointInTimeRecoveryEnabled",
            ];
            let view = at(&table, &["StreamSpecification", "StreamViewType"]);
            TableDefinition {
                name,
                stream: view.and_then(Value::as_str) == Some("NEW_IMAGE"),
                ttl_attribute: at(&table, &ttl).filter(|_| expires).map(|name| {
                    // The definition holds a constant.
                    assert_eq!(name.as_str(), Some("ttl"));
                    "ttl"
                }),
                point_in_time_recovery: is_true(&table, &recovery),
            }
        })
        .collect();
    assert_eq!(found, tables(&names));
}

#[test]
fn no_table_can_be_deleted_by_accident_and_each_is_paid_per_request() {
    for (name, table) in declared() {
        assert!(is_true(&table, &["DeletionProtectionEnabled"]), "{name}");
        let billing = at(&table, &["BillingMode"]).and_then(Value::as_str);
        assert_eq!(billing, Some("PAY_PER_REQUEST"), "{name}");
    }
}
