//! The OpenAPI document is what the code says, and has the routes that the gateway has.
#![expect(
    clippy::unwrap_used,
    reason = "a test says by panicking what went wrong"
)]

#[path = "../src/openapi/metrics_query.rs"]
mod metrics_query;

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

const COMMITTED: &str = include_str!("../../../functions/keys/openapi.json");

fn generated() -> Value {
    let parts = [
        ingest::openapi(),
        profiles::openapi(),
        keys::openapi(),
        metrics_query::openapi(),
        metrics_token::openapi(),
    ];
    serde_json::to_value(edge::openapi::merge(parts)).unwrap()
}

#[test]
fn the_committed_document_is_the_one_that_the_code_makes() {
    let committed: Value = serde_json::from_str(COMMITTED).unwrap();
    // Not assert_eq: two documents of this length on a terminal help nobody.
    assert!(
        committed == generated(),
        "run `cargo xtask openapi` and commit what it writes"
    );
    assert_eq!(committed["openapi"], "3.1.0");
}

#[test]
fn the_document_has_every_route_of_the_gateway_and_no_other() {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["metadata", "--no-deps", "--format-version", "1"]);
    let workspace: Value = serde_json::from_slice(&cargo.output().unwrap().stdout).unwrap();
    let table = workspace["metadata"]["lambda"]["watch"]["router"].as_object();
    let mut routed = BTreeSet::new();
    for (path, methods) in table.unwrap() {
        for method in methods.as_array().unwrap() {
            let is_page = method["function"] == "dashboard";
            let method = method["method"].as_str().unwrap();
            // A preflight is a browser's and a page is a person's, neither an operation of the API.
            if method != "OPTIONS" && !is_page {
                routed.insert(format!("{method} {path}"));
            }
        }
    }
    let document = generated();
    let described = document["paths"].as_object().unwrap().iter();
    let described: BTreeSet<_> = described
        .flat_map(|(path, operations)| {
            let methods = operations.as_object().unwrap().keys();
            methods.map(move |method| format!("{} {path}", method.to_uppercase()))
        })
        .collect();
    assert_eq!(described, routed);
}

#[test]
fn every_operation_has_a_name_of_its_own_and_says_who_may_use_it() {
    let document = generated();
    let mut names = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let place = format!("{method} {path}");
            assert!(
                names.insert(operation["operationId"].as_str().unwrap()),
                "{place}"
            );
            assert!(operation["security"].is_array(), "{place}");
            assert!(operation["summary"].is_string(), "{place}");
            if path.starts_with("/admin/") {
                assert!(operation["x-weir-role"].is_string(), "{place}");
            }
        }
    }
}
