//! Events as the texts of request bodies.

use event::{Event, EventId};

/// An event as the SDK sends it: a JSON object with absent ids as `null`.
pub fn body(event: &Event<'_>) -> String {
    let mut json = String::with_capacity(1_024);
    if let EventId::Given(id) = &event.id {
        member(&mut json, "id", Some(&format!("\"{id}\"")));
    }
    member(&mut json, "name", Some(&format!("\"{}\"", event.name)));
    let ids = [
        ("userId", &event.user_id),
        ("anonymousId", &event.anonymous_id),
        ("sessionId", &event.session_id),
        ("externalId", &event.external_id),
    ];
    for (name, id) in ids {
        member(
            &mut json,
            name,
            id.as_ref().map(|id| format!("\"{id}\"")).as_deref(),
        );
    }
    member(
        &mut json,
        "timestamp",
        Some(&event.timestamp.as_millis().to_string()),
    );
    member(&mut json, "properties", event.properties.as_deref());
    member(&mut json, "deviceData", event.device_data.as_deref());
    json.push('}');
    json
}

fn member(json: &mut String, name: &str, value: Option<&str>) {
    json.push(if json.is_empty() { '{' } else { ',' });
    json.push('"');
    json.push_str(name);
    json.push_str("\":");
    json.push_str(value.unwrap_or("null"));
}

/// A batch as the SDK sends it.
pub fn batch_body(events: &[Event<'_>]) -> String {
    let bodies: Vec<String> = events.iter().map(body).collect();
    format!(r#"{{"events":[{}]}}"#, bodies.join(","))
}
