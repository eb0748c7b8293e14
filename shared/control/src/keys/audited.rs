//! Keys as the audit log shows them.

use event::Timestamp;
use policy::{AddressRules, EventRules, Policy};
use serde_json::{Value, json};

/// A policy whose JSON is longer, in bytes, is told by its counts.
const MAX_SHOWN: usize = 16 * 1024;

/// A moment, or nothing.
pub(super) fn moment(at: Option<Timestamp>) -> Value {
    at.map_or(Value::Null, |at| at.as_millis().into())
}

/// A policy, or what it consists of where that is a lot.
pub(super) fn policy(policy: &Policy) -> Value {
    let shown = serde_json::to_value(policy).unwrap_or_default();
    if shown.to_string().len() <= MAX_SHOWN {
        return shown;
    }
    let addresses = match &policy.addresses {
        AddressRules::Anywhere => "anywhere".to_owned(),
        AddressRules::Specific(rows) => format!("{} rows", rows.len()),
    };
    let events = match &policy.events {
        EventRules::All => "all".to_owned(),
        EventRules::Only(names) => format!("{} names", names.len()),
    };
    let origins = policy.origins.as_ref();
    let origins = origins.map(|origins| format!("{} origins", origins.len()));
    json!({"addresses": addresses, "events": events, "origins": origins})
}
