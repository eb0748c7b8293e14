//! What a run begins with, from an event of the log.

use event::Event;
use serde_json::{Map, Value};
use workflow::RunEvent;

/// The event as conditions and templates see it.
pub(crate) fn run_event(event: &Event<'_>) -> RunEvent {
    let owned = |text: &Option<std::borrow::Cow<'_, str>>| text.as_deref().map(str::to_owned);
    RunEvent {
        id: event.id.to_string(),
        name: event.name.clone().into_owned(),
        timestamp: event.timestamp,
        user_id: owned(&event.user_id),
        anonymous_id: owned(&event.anonymous_id),
        session_id: owned(&event.session_id),
        properties: object(event.properties.as_deref()),
        device_data: object(event.device_data.as_deref()),
    }
}

/// The members of an object's text. A number beyond what a run can hold leaves the object empty.
pub(crate) fn object(text: Option<&str>) -> Map<String, Value> {
    text.and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default()
}
