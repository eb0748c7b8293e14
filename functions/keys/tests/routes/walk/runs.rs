//! Runs and destinations, as other functions leave them.

use event::{Clock as _, ProfileId, RunId, Timestamp, UserId, WorkflowId};
use rand::RngExt as _;
use serde_json::{Map, Value};
use testkit::TestApp;
use workflow::{Destination, Ended, Inputs, Origin, Outcome, Place, Resume, Run, StepId};

/// A run of the workflow: one that goes on, or one that failed.
pub(crate) async fn run(app: &TestApp, workflow: &Value, goes_on: bool) -> String {
    let bits: u128 = rand::rng().random();
    let id = RunId::parse(&format!("{bits:032x}")).unwrap();
    let workflow = WorkflowId::parse(workflow["id"].as_str().unwrap()).unwrap();
    let inputs = Inputs {
        origin: Origin::Api,
        profile: Some(ProfileId::known(UserId::parse("ann").unwrap())),
        variables: Map::new(),
        event: None,
        hops: 0,
        received_at: None,
    };
    let (step, now) = (StepId::parse("end").unwrap(), app.clock.now());
    let run = Run::new(id.clone(), workflow, 1, step.clone(), inputs, now);
    app.store
        .start_run(&app.workspace, &run, None)
        .await
        .unwrap();
    if !goes_on {
        fail(app, &id, step, now).await;
    }
    id.to_string()
}

async fn fail(app: &TestApp, id: &RunId, step: StepId, now: Timestamp) {
    let mut stored = app.store.run(&app.workspace, id).await.unwrap().unwrap();
    let resume = Resume {
        step: step.clone(),
        delivery: None,
    };
    stored.run.place = Place::Ended(Ended {
        outcome: Outcome::Failed,
        ended_at: now,
        step: Some(step),
        error: Some("the destination answered 410".to_owned()),
        resume: Some(Box::new(resume)),
    });
    let saved = app.store.save_run(&app.workspace, &mut stored, None, now);
    assert!(saved.await.unwrap());
    app.store.list_dead(&app.workspace, id, now).await.unwrap();
}

/// Lets a destination fail until it is paused.
pub(crate) async fn pause(app: &TestApp, destination: &str) {
    let destination = Destination::try_from(destination.to_owned()).unwrap();
    let now = app.clock.now();
    for _ in 0..10 {
        let noted = app
            .store
            .note_failure(&app.workspace, &destination, "500", now);
        noted.await.unwrap();
    }
}
