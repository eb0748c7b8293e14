//! The whole way: a request in, its events in the log, and the answer of its format.

mod bad_input;
mod browsers;
mod failures;
mod keys;
mod otlp;
mod stored;

use event::{EventId, Signal};
use policy::{EventPattern, EventRules, Policy};
use testkit::TestApp;

/// A policy that allows events of these names alone.
fn only(names: &[&str]) -> Policy {
    let patterns = names
        .iter()
        .map(|name| EventPattern::parse(name).unwrap())
        .collect();
    Policy {
        events: EventRules::Only(patterns),
        ..Policy::default()
    }
}

/// The properties of what is in the log.
async fn properties(app: &TestApp, signal: Signal) -> Vec<String> {
    let events = app.log(signal).await;
    events
        .into_iter()
        .map(|event| event.properties.unwrap().into_owned())
        .collect()
}

/// The ids of what is in the log, each once, as a reader sees them.
async fn ids(app: &TestApp, signal: Signal) -> Vec<EventId<'static>> {
    let mut ids: Vec<_> = app
        .log(signal)
        .await
        .into_iter()
        .map(|event| event.id)
        .collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}
