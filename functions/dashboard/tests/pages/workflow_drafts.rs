//! Definitions of workflows, whatever an author may write.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Map, Number, Value, json};

/// A text that a field of one line can hold, and no more white space at its ends than the field has.
fn line() -> impl Strategy<Value = String> {
    let odd = [
        "{{ x }}",
        "<b>&amp;\"'",
        "a.b[0]",
        "=",
        "steps[0].id",
        "é 🦀",
        "5",
        "true",
    ];
    prop_oneof![
        "[a-zA-Z0-9_.<>&;'\"\\[\\]é-]{1,12}",
        prop::sample::select(odd.to_vec()).prop_map(str::to_owned),
    ]
}

/// Any text at all.
fn text() -> impl Strategy<Value = String> {
    let odd = [
        "", " ", " x ", "a\nb", "\n", "a\r\nb", "\r", "\u{0}", "a, b", "\u{2028}", "-1", "null",
    ];
    prop_oneof![
        ".{0,12}",
        line(),
        prop::sample::select(odd.to_vec()).prop_map(str::to_owned),
    ]
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| Number::from_f64(number).map_or(json!(0.5), Value::from)),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec(text().prop_map(Value::from), 0..4).prop_map(Value::from),
            members(text(), inner).prop_map(Value::Object),
        ]
    })
}

fn members(
    name: impl Strategy<Value = String>,
    value: impl Strategy<Value = Value>,
) -> impl Strategy<Value = Map<String, Value>> {
    let members = prop::collection::btree_map(name, value, 0..4);
    members.prop_map(|members: BTreeMap<_, _>| members.into_iter().collect())
}

fn said() -> impl Strategy<Value = Value> {
    any_json().prop_filter("null is nothing", |value| !value.is_null())
}

fn condition() -> impl Strategy<Value = Value> {
    let comparing = [
        "equals",
        "not_equals",
        "contains",
        "one_of",
        "greater_than",
        "at_least",
        "less_than",
        "at_most",
    ];
    let alone = prop::sample::select(vec!["exists", "missing"]);
    prop_oneof![
        (line(), prop::sample::select(comparing.to_vec()), said()).prop_map(
            |(path, operator, value)| json!({"path": path, "operator": operator, "value": value})
        ),
        (line(), alone).prop_map(|(path, operator)| json!({"path": path, "operator": operator})),
    ]
}

fn conditions() -> impl Strategy<Value = Value> {
    let list = || prop::collection::vec(condition(), 0..3);
    (list(), list()).prop_map(|(all, any)| match (all.is_empty(), any.is_empty()) {
        (true, _) => json!({"any": any}),
        (false, true) => json!({"all": all}),
        (false, false) => json!({"all": all, "any": any}),
    })
}

fn trigger() -> impl Strategy<Value = Value> {
    let names = prop::collection::vec(line(), 0..4);
    prop_oneof![
        Just(json!({"type": "api"})),
        (names, prop::option::of(conditions())).prop_map(|(events, when)| match when {
            Some(when) => json!({"type": "event", "events": events, "when": when}),
            None => json!({"type": "event", "events": events}),
        }),
        any::<u64>().prop_map(|seconds| json!({"type": "schedule", "everySeconds": seconds})),
        (0..4_000_u64)
            .prop_map(|minutes| json!({"type": "schedule", "everySeconds": minutes * 60})),
        line().prop_map(|cron| json!({"type": "schedule", "cron": cron})),
    ]
}

/// A step without its id; it leads to ids that there are, and to ones that there are not.
fn step() -> impl Strategy<Value = Value> {
    let to = || {
        prop::option::of(prop_oneof![
            (0..6_usize).prop_map(|n| format!("s{n}")),
            line()
        ])
    };
    let properties = || members(line(), any_json());
    let headers = prop::collection::btree_map(line(), line(), 0..3);
    prop_oneof![
        (line(), headers, prop::option::of(said()), to()).prop_map(|(url, headers, body, next)| {
            json!({"type": "webhook", "url": url, "headers": headers, "body": body, "next": next})
        }),
        (properties(), to()).prop_map(|(properties, next)| {
            json!({"type": "update_profile", "properties": properties, "next": next})
        }),
        (line(), properties(), to()).prop_map(|(name, properties, next)| {
            json!({"type": "send_event", "name": name, "properties": properties, "next": next})
        }),
        (any::<u32>(), to()).prop_map(|(seconds, next)| {
            json!({"type": "wait", "seconds": seconds, "next": next})
        }),
        (conditions(), to(), to()).prop_map(|(when, then, otherwise)| {
            json!({"type": "branch", "when": when, "then": then, "otherwise": otherwise})
        }),
        Just(json!({"type": "stop"})),
    ]
}

/// A definition that the form has a field for.
pub(crate) fn draft() -> impl Strategy<Value = Value> {
    let steps = prop::collection::vec(step(), 0..6);
    (line(), trigger(), steps).prop_map(|(name, trigger, mut steps)| {
        for (place, step) in steps.iter_mut().enumerate() {
            step["id"] = json!(format!("s{place}"));
        }
        json!({"name": name, "trigger": trigger, "steps": steps})
    })
}

/// The same without members that say what their absence says.
pub(crate) fn normal(draft: &Value) -> Value {
    let mut draft = draft.clone();
    let is_said = |value: &Value| match value {
        Value::Null => false,
        Value::Object(members) => members.values().any(|list| *list != json!([])),
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => true,
    };
    let drop_unsaid = |of: &mut Value, names: &[&str]| {
        let members = of.as_object_mut().unwrap();
        members.retain(|name, value| !names.contains(&name.as_str()) || is_said(value));
        if let Some(Value::Object(when)) = members.get_mut("when") {
            when.retain(|_, list| *list != json!([]));
        }
    };
    drop_unsaid(&mut draft["trigger"], &["when"]);
    for step in draft["steps"].as_array_mut().unwrap() {
        let members = step.as_object_mut().unwrap();
        members.retain(|name, value| {
            let empty = matches!(name.as_str(), "headers" | "properties") && *value == json!({});
            !value.is_null() && !empty
        });
        drop_unsaid(step, &["when"]);
    }
    draft
}
