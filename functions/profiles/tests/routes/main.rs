//! The routes of `profiles`, through the whole product on a DynamoDB in memory.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a test names what it is about and lumps the rest"
)]

#[cfg(test)]
mod access;
#[cfg(test)]
mod deletion;
#[cfg(test)]
mod identity;
#[cfg(test)]
mod profile;
#[cfg(test)]
mod timeline;
#[cfg(test)]
mod usage;

use policy::{ApiKey, KeyKind};
use serde_json::{Value, json};
use testkit::TestApp;

/// A workspace with a read & write key.
#[cfg(test)]
async fn start() -> (TestApp, ApiKey) {
    let app = TestApp::start().await;
    let key = app.key(KeyKind::ReadWrite).await;
    (app, key)
}

/// Updates a profile, which must succeed.
#[cfg(test)]
async fn identify(app: &TestApp, key: &ApiKey, update: Value) {
    let answer = app.post("/profile").key(key).json(&update).send().await;
    assert_eq!(answer.shown(), "204 ");
}

/// Sends events, which must all be accepted.
#[cfg(test)]
async fn track(app: &TestApp, key: &ApiKey, events: &[Value]) {
    let batch = json!({"events": events});
    let answer = app
        .post("/event/ingest/batch")
        .key(key)
        .json(&batch)
        .send()
        .await;
    assert_eq!(answer.shown(), "204 ");
}

/// The names of the user's events, newest first.
#[cfg(test)]
async fn names(app: &TestApp, key: &ApiKey, user: &str) -> Vec<String> {
    let path = format!("/profile/{user}/events");
    let page = app.get(&path).key(key).send().await.json();
    let events = page["events"].as_array().unwrap();
    events
        .iter()
        .map(|event| event["name"].as_str().unwrap().to_owned())
        .collect()
}
