//! Answers held against `DuckDB`'s over the same events. `infra/golden/metrics.py` makes the fixtures.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::support::Asking;

const EVENTS: &str = include_str!("../fixtures/events.ndjson");
const GOLDEN: &str = include_str!("../fixtures/golden.json");

#[tokio::test]
async fn answers_are_those_of_duckdb_over_the_same_events() {
    let asking = Asking::start().await;
    let events: Vec<Value> = EVENTS
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    asking.send(&events).await;
    // A part of them again, among others: nothing may count twice.
    asking.send(&events[100..250]).await;
    let golden: Vec<Value> = serde_json::from_str(GOLDEN).unwrap();
    assert!(golden.len() >= 30);
    let mut faults = String::new();
    for case in &golden {
        let answer = asking.ask(case["sql"].as_str().unwrap()).await;
        let body: Value = serde_json::from_str(&answer.body).unwrap();
        if !is_same(&body["rows"], &case["rows"]) {
            let got = body.get("rows").unwrap_or(&body);
            writeln!(
                faults,
                "{}\n  is  {got}\n  not {}",
                case["name"], case["rows"]
            )
            .unwrap();
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

/// Numbers to one part in ten millions: sums depend on their order, and percentiles are interpolated to
/// six digits.
fn is_same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, b))
        }
        (Value::Number(a), Value::Number(b)) => {
            let (a, b) = (a.as_f64().unwrap(), b.as_f64().unwrap());
            (a - b).abs() <= 1e-7 * a.abs().max(b.abs()).max(1.0)
        }
        (Value::String(a), Value::String(b)) => {
            a == b || moment(a).is_some_and(|it| Some(it) == moment(b))
        }
        _ => a == b,
    }
}

/// A moment with any offset.
fn moment(text: &str) -> Option<jiff::Timestamp> {
    text.parse().ok()
}

#[test]
fn the_comparison_sees_what_differs() {
    assert!(is_same(&json!([1, 2.0]), &json!([1.0, 2])) && !is_same(&json!([1]), &json!([2])));
    assert!(is_same(
        &json!("2026-11-21T00:00:00.000-05:00"),
        &json!("2026-11-21T05:00:00.000Z")
    ));
    assert!(!is_same(&json!("1"), &json!(1)));
}
