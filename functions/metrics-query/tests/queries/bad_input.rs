//! What is wrong with a query is said, and where.

use std::fmt::Write as _;

use insta::assert_snapshot;
use serde_json::json;

use crate::support::Asking;

#[tokio::test]
async fn a_fault_in_the_text_has_its_line_and_column() {
    let asking = Asking::start().await;
    let mut faults = String::new();
    for sql in [
        "SELEC count(*) FROM events",
        "SELECT count(*)\nFROM events\nWHERE name = = 'a'",
        "SELECT 'open FROM events",
        "SELECT nme FROM events",
        "SELECT e.nme\n  FROM events e",
        "SELECT * FROM evnts",
        "SELECT userId.x FROM events",
        "SELECT nofunction(1)",
        "SELECT sum(name) FROM events",
        "SELECT name, count(*) FROM events",
        "SELECT 1 +",
        "SELECT name FROM events ORDER BY",
        "SELECT 1 2 3",
        "",
        " ; ",
    ] {
        let answer = asking.ask(sql).await;
        let body = answer.json();
        writeln!(
            faults,
            "{sql:?}\n  {} {} {}",
            answer.status, body["error"]["message"], body["position"]
        )
        .unwrap();
    }
    assert_snapshot!(faults, @r#"
    "SELEC count(*) FROM events"
      400 "expected an SQL statement, found SELEC at line 1, column 1" {"column":1,"line":1}
    "SELECT count(*)\nFROM events\nWHERE name = = 'a'"
      400 "expected an expression, found = at line 3, column 14" {"column":14,"line":3}
    "SELECT 'open FROM events"
      400 "Unterminated string literal at line 1, column 8" {"column":8,"line":1}
    "SELECT nme FROM events"
      400 "No field named nme. Did you mean 'events.name'? Valid fields are events.id, events.timestamp, events.name, events.\"userId\", events.\"anonymousId\", events.\"sessionId\", events.\"externalId\", events.source, events.\"keyId\", events.\"receivedAt\", events.properties, events.\"deviceData\" at line 1, column 8" {"column":8,"line":1}
    "SELECT e.nme\n  FROM events e"
      400 "No field named e.nme. Did you mean 'e.name'? Valid fields are e.id, e.timestamp, e.name, e.\"userId\", e.\"anonymousId\", e.\"sessionId\", e.\"externalId\", e.source, e.\"keyId\", e.\"receivedAt\", e.properties, e.\"deviceData\" at line 1, column 8" {"column":8,"line":1}
    "SELECT * FROM evnts"
      400 "the table 'evnts' not found at line 1, column 15" {"column":15,"line":1}
    "SELECT userId.x FROM events"
      400 "only columns of type json have members at line 1, column 8" {"column":8,"line":1}
    "SELECT nofunction(1)"
      400 "there is no function 'nofunction' at line 1, column 8" {"column":8,"line":1}
    "SELECT sum(name) FROM events"
      400 "sum does not take values of these types: cast them at line 1, column 8" {"column":8,"line":1}
    "SELECT name, count(*) FROM events"
      400 "'events.name' must stand in GROUP BY or in an aggregate function at line 1, column 8" {"column":8,"line":1}
    "SELECT 1 +"
      400 "expected an expression, found the end of the query at line 1, column 11" {"column":11,"line":1}
    "SELECT name FROM events ORDER BY"
      400 "expected an expression, found the end of the query at line 1, column 33" {"column":33,"line":1}
    "SELECT 1 2 3"
      400 "expected the end of the query, found 2 at line 1, column 10" {"column":10,"line":1}
    ""
      400 "the query is empty" null
    " ; "
      400 "the query is empty" null
    "#);
}

#[tokio::test]
async fn a_body_that_is_none_is_refused_with_its_place() {
    let asking = Asking::start().await;
    let mut faults = String::new();
    for body in [
        "",
        "{",
        "[]",
        "{}",
        r#"{"query": 5}"#,
        r#"{"query": "SELECT 1", "encodedQuery": "U0VMRUNUIDE="}"#,
        r#"{"encodedQuery": "SELECT 1"}"#,
        r#"{"encodedQuery": "/w=="}"#,
        r#"{"querry": "SELECT 1"}"#,
        r#"{"query": "SELECT 1", "variables": []}"#,
    ] {
        let answer = asking.call().text(body).send().await;
        writeln!(
            faults,
            "{body}\n  {} {} {}",
            answer.status,
            answer.code(),
            answer.json()["error"]["message"]
        )
        .unwrap();
    }
    assert_snapshot!(faults, @r#"

      400 invalid_body "the body is empty: it must be a JSON object"
    {
      400 invalid_body "line 1, column 1: the JSON text ends too early"
    []
      400 invalid_body "line 1, column 1: must be a JSON object"
    {}
      400 invalid_body "query: is missing, and so is encodedQuery"
    {"query": 5}
      400 invalid_body "query: must be a string"
    {"query": "SELECT 1", "encodedQuery": "U0VMRUNUIDE="}
      400 invalid_body "query: stands beside encodedQuery: give one of them"
    {"encodedQuery": "SELECT 1"}
      400 invalid_encoding "encodedQuery: is not base64"
    {"encodedQuery": "/w=="}
      400 invalid_encoding "encodedQuery: is not UTF-8 in base64"
    {"querry": "SELECT 1"}
      400 invalid_body "querry: is not a known member: expected one of `encodedQuery`, `query`, `variables`, `pageSize`, `cursor`"
    {"query": "SELECT 1", "variables": []}
      400 invalid_body "variables: must be an object"
    "#);
}

#[tokio::test]
async fn variables_are_bound_and_their_faults_named() {
    let shop = Asking::shop().await;
    let ask = async |sql: &str, variables: serde_json::Value| {
        let answer = shop
            .post(&json!({"query": sql, "variables": variables}))
            .await;
        let body = answer.json();
        if answer.status == 200 {
            body["rows"].to_string()
        } else {
            format!(
                "{} {} {}",
                answer.status,
                answer.code(),
                body["error"]["message"]
            )
        }
    };
    let by_name = "SELECT userId FROM eventsTable WHERE name = '@{eventName}' ORDER BY timestamp LIMIT @{rowLimit}";
    assert_snapshot!(ask(by_name, json!({"eventName": "checkout", "rowLimit": 2})).await, @r#"[["ann"],["bob"]]"#);
    assert_snapshot!(ask(by_name, json!({"eventName": "x' OR '1' = '1", "rowLimit": 2})).await, @"[]");
    assert_snapshot!(ask(by_name, json!({"eventName": "checkout"})).await, @r#"400 invalid_variable "variable rowLimit: is missing""#);
    assert_snapshot!(ask(by_name, json!({"eventName": "checkout", "rowLimit": 1, "other": 1})).await, @r#"400 invalid_variable "variable other: is not used: the query has no @{other}""#);
    assert_snapshot!(ask(by_name, json!({"eventName": "checkout", "rowLimit": "1; DROP TABLE events"})).await, @r#"400 invalid_sql "Expected LIMIT to be an integer or null, but got Utf8 at line 1, column 79""#);
    assert_snapshot!(ask(by_name, json!({"eventName": {"a": 1}, "rowLimit": 1})).await, @r#"400 invalid_variable "variable eventName: within quotes, must be a text, a number or a boolean""#);
    assert_snapshot!(ask("SELECT count(*) FROM events WHERE name IN (@{names}) AND properties.revenue > @{least}", json!({"names": ["checkout", "login"], "least": 8.5})).await, @"[[2]]");
}

#[tokio::test]
async fn data_that_do_not_fit_are_a_fault_of_the_query() {
    let shop = Asking::shop().await;
    assert_snapshot!(shop.fault("SELECT 1 / (count(*) - 9) FROM events").await, @"422 query_failed: a division by zero: guard the divisor with nullif(…, 0)");
    assert_snapshot!(shop.fault("SELECT CAST(name AS BIGINT) FROM events").await, @"422 query_failed: a value cannot be cast to the type that is asked for: try_cast gives NULL instead");
    assert_snapshot!(shop.rows("SELECT TRY_CAST(name AS BIGINT) FROM events LIMIT 1").await, @"[null]");
}
