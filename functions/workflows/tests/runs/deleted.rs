//! Runs about somebody who is deleted.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::Office;

/// An event with what is about `who`, and a workflow that tells of it three days later.
async fn told_later(office: &mut Office, who: Value) -> Value {
    let trigger = json!({"type": "event", "events": ["ordered"]});
    let steps = json!([
        {"id": "days", "type": "wait", "seconds": 3 * 86_400},
        office.hook("tell", "/"),
        {"id": "mark", "type": "update_profile", "properties": {"told": true}},
    ]);
    let workflow = office.workflow(trigger, steps).await;
    let mut event = json!({"name": "ordered", "properties": {"address": "Main Street 1"}});
    event
        .as_object_mut()
        .unwrap()
        .extend(who.as_object().unwrap().clone());
    office.send(&event).await;
    office.app.run_workflows().await;
    office.app.clock.advance(Duration::from_hours(24));
    workflow
}

#[tokio::test]
async fn a_run_about_somebody_who_is_deleted_meanwhile_says_and_makes_nothing_any_more() {
    let mut office = Office::open().await;
    let workflow = told_later(&mut office, json!({"userId": "ann"})).await;
    office.delete("ann").await;
    // What came later starts afresh, and makes no difference for what was before.
    office.app.clock.advance(Duration::from_hours(1));
    office.send(&json!({"name": "seen", "userId": "ann"})).await;
    office.app.project().await;
    office.later(Duration::from_hours(48)).await;
    let run = office.run(&workflow).await;
    assert_eq!(run["state"], "cancelled", "{run}");
    assert_eq!(run["error"], "the profile was deleted");
    assert_eq!(
        (&run["event"], &run["variables"]),
        (&Value::Null, &json!({}))
    );
    assert!(office.receiver.received().is_empty());
    let profile = office.app.get("/profile/ann").key(&office.key).send().await;
    assert_eq!(profile.json()["properties"], json!({}));

    // Nor does a repetition.
    let path = format!(
        "/admin/v1/workflow-runs/{}/rerun",
        run["id"].as_str().unwrap()
    );
    let again = office.ask("POST", &path, None).await.json();
    office.app.run_workflows().await;
    office.later(Duration::from_hours(73)).await;
    let path = format!("/admin/v1/workflow-runs/{}", again["id"].as_str().unwrap());
    assert_eq!(office.get(&path).await["state"], "cancelled");
    assert!(office.receiver.received().is_empty());
}

#[tokio::test]
async fn a_run_about_a_device_of_somebody_who_is_deleted_meanwhile_ends_too() {
    let mut office = Office::open().await;
    let workflow = told_later(&mut office, json!({"anonymousId": "phone"})).await;
    let link = json!({"userId": "ann", "anonymousId": "phone"});
    let call = office.app.post("/profile").key(&office.key);
    call.json(&link).send().await;
    office.app.clock.advance(Duration::from_secs(1));
    office.delete("ann").await;
    office.later(Duration::from_hours(48)).await;
    let run = office.run(&workflow).await;
    assert_eq!(run["state"], "cancelled", "{run}");
    assert_eq!(run["event"], Value::Null);
    assert!(office.receiver.received().is_empty());
}

#[tokio::test]
async fn a_run_about_somebody_who_was_deleted_before_goes_on() {
    let mut office = Office::open().await;
    office.delete("ann").await;
    office.app.clock.advance(Duration::from_secs(1));
    let workflow = told_later(&mut office, json!({"userId": "ann"})).await;
    office.later(Duration::from_hours(48)).await;
    assert_eq!(office.run(&workflow).await["state"], "completed");
}
