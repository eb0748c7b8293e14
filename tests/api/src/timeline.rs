//! A user's timeline as the API gives it.

use serde_json::Value;

use crate::Answer;

/// One page of a timeline.
#[derive(Debug, Clone, PartialEq)]
pub struct Timeline {
    /// The events, newest first.
    pub events: Vec<Value>,
    /// Where the next page starts; `None` on the last.
    pub next: Option<String>,
    /// The page as it came.
    pub text: String,
}

impl Timeline {
    /// Reads the answer of `GET /profile/{userId}/events`; 404 is an empty timeline.
    pub fn of(answer: &Answer) -> Self {
        if answer.status == 404 {
            return Self {
                events: Vec::new(),
                next: None,
                text: answer.body.clone(),
            };
        }
        assert_eq!(answer.status, 200, "{answer}");
        let body = answer.json();
        let events = body
            .get("events")
            .and_then(Value::as_array)
            .expect("events")
            .clone();
        let next = body
            .get("nextCursor")
            .expect("nextCursor")
            .as_str()
            .map(str::to_owned);
        Self {
            events,
            next,
            text: answer.body.clone(),
        }
    }

    /// A member of each event, in the order of the timeline; `null` where it has none.
    pub fn each(&self, member: &str) -> Vec<Value> {
        let value = |event: &Value| event.get(member).cloned().unwrap_or_default();
        self.events.iter().map(value).collect()
    }

    /// A text of each event, in the order of the timeline.
    pub fn texts(&self, member: &str) -> Vec<String> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        self.each(member).iter().map(text).collect()
    }
}
