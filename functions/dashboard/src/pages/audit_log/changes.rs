//! What changed, in words: the members of a thing with their values before and after.

use std::collections::BTreeSet;

use event::Timestamp;
use serde_json::{Map, Value};

/// Longest text of a value that is shown, in characters.
const MAX_CHARS: usize = 600;

/// A member that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) member: String,
    /// None where it came into being.
    pub(super) before: Option<String>,
    /// None where it went.
    pub(super) after: Option<String>,
}

/// The changes of an entry, `{"name": {"from": "a", "to": "b"}}`.
pub(super) fn changes(members: &Map<String, Value>) -> Vec<Change> {
    let mut changes = Vec::new();
    for (member, change) in members {
        collect(member, change.get("from"), change.get("to"), &mut changes);
    }
    changes
}

/// Of an object the members that differ, of everything else the whole.
fn collect(path: &str, before: Option<&Value>, after: Option<&Value>, changes: &mut Vec<Change>) {
    if before == after {
        return;
    }
    if let Some(names) = members(before, after) {
        for name in names {
            let (before, after) = (
                before.and_then(|side| side.get(name)),
                after.and_then(|side| side.get(name)),
            );
            collect(&format!("{path}.{name}"), before, after, changes);
        }
        return;
    }
    let shown = |side: Option<&Value>| {
        let side = side.filter(|value| !value.is_null());
        side.map(|value| shorten(&text(path, value)))
    };
    changes.push(Change {
        member: words(path),
        before: shown(before),
        after: shown(after),
    });
}

/// The names of all members, where each side is an object or not there.
fn members<'v>(
    before: Option<&'v Value>,
    after: Option<&'v Value>,
) -> Option<BTreeSet<&'v String>> {
    let sides = [before, after].into_iter().flatten();
    let objects: Option<Vec<_>> = sides.map(Value::as_object).collect();
    Some(objects?.into_iter().flat_map(Map::keys).collect())
}

/// A value as people read it.
fn text(path: &str, value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Number(number) => match number.as_i64() {
            // `expiresAt`, `previousExpiresAt`.
            Some(millis) if path.ends_with("At") => Timestamp::from_millis(millis).to_string(),
            Some(_) | None => number.to_string(),
        },
        Value::String(text) => text.clone(),
        Value::Array(values) if values.is_empty() => "none".to_owned(),
        Value::Array(values) => {
            let texts: Vec<_> = values.iter().map(|value| text(path, value)).collect();
            texts.join(", ")
        }
        // A row of addresses: `203.0.113.0/24 (office)`.
        Value::Object(members) => {
            let mut texts = members
                .iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(name, value)| text(name, value));
            let first = texts.next().unwrap_or_default();
            let rest: Vec<_> = texts.collect();
            if rest.is_empty() {
                first
            } else {
                format!("{first} ({})", rest.join(", "))
            }
        }
    }
}

fn shorten(text: &str) -> String {
    let shown: String = text.chars().take(MAX_CHARS).collect();
    if shown.len() == text.len() {
        shown
    } else {
        shown + " …"
    }
}

/// The name of a member as words: `policy.eventNames` is `policy event names`.
fn words(path: &str) -> String {
    let mut words = String::new();
    for letter in path.chars() {
        match letter {
            '.' => words.push(' '),
            _ if letter.is_ascii_uppercase() => {
                words.push(' ');
                words.push(letter.to_ascii_lowercase());
            }
            _ => words.push(letter),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shown(members: &Value) -> Vec<String> {
        let changes = changes(members.as_object().unwrap());
        let side = |side: Option<String>| side.unwrap_or_else(|| "-".to_owned());
        changes
            .into_iter()
            .map(|it| format!("{}: {} > {}", it.member, side(it.before), side(it.after)))
            .collect()
    }

    #[test]
    fn of_a_policy_only_what_differs_is_told() {
        let rows = json!([{"cidr": "203.0.113.0/24", "description": "office"}, {"cidr": "::1"}]);
        let change = json!({"policy": {
            "from": {"addresses": "anywhere", "events": ["page*"]},
            "to": {"addresses": rows, "events": ["page*"], "origins": []},
        }});
        assert_eq!(
            shown(&change),
            [
                "policy addresses: anywhere > 203.0.113.0/24 (office), ::1",
                "policy origins: - > none",
            ]
        );
    }

    #[test]
    fn what_came_and_went_has_one_side() {
        let change = json!({
            "expiresAt": {"from": 1_795_230_000_000_i64},
            "keepAddresses": {"from": true, "to": false},
            "name": {"to": "<img src=x onerror=alert(1)>"},
            "overlapSeconds": {"to": 3600},
        });
        assert_eq!(
            shown(&change),
            [
                "expires at: 2026-11-21T03:00:00.000Z > -",
                "keep addresses: yes > no",
                "name: - > <img src=x onerror=alert(1)>",
                "overlap seconds: - > 3600",
            ]
        );
        let long = shown(&json!({"name": {"to": "x".repeat(10_000)}}));
        assert_eq!(long[0].chars().count(), "name: - > ".len() + MAX_CHARS + 2);
    }
}
