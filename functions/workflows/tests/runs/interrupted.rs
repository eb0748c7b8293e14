//! A process that ends between any two of the things it does: the run comes to its end all the same, and
//! does nothing twice that a receiver could not tell.

use std::collections::BTreeSet;
use std::time::Duration;

use aws_lambda_events::dynamodb::Event;
use event::Signal;
use serde_json::json;
use testkit::{Fault, TestApp};

use crate::support::{Office, eventually, taken};

/// The record that the stream brings of a new run.
pub(crate) fn batch(app: &TestApp, run: &str) -> Event {
    let keys = json!({"pk": {"S": format!("{}#run#{run}", app.workspace)}, "sk": {"S": "RUN"}});
    let record = json!({
        "eventID": "1",
        "eventName": "INSERT",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "eventSourceARN": "arn:aws:dynamodb:local:123456789012:table/runs/stream/1",
        "awsRegion": "local",
        "dynamodb": {"Keys": keys, "NewImage": keys, "SequenceNumber": "1", "SizeBytes": 1,
            "ApproximateCreationDateTime": 1, "StreamViewType": "NEW_IMAGE"},
    });
    serde_json::from_value(json!({"Records": [record]})).unwrap()
}

#[tokio::test]
async fn a_run_whose_process_ends_anywhere_completes_once() {
    let mut office = Office::open().await;
    let workflow = office
        .by_call(json!([
            office.hook("first", "/first"),
            {"id": "mark", "type": "update_profile", "properties": {"run": "{{ variables.n }}"}},
            {"id": "note", "type": "send_event", "name": "noted", "properties": {"n": "{{ variables.n }}"}},
            {"id": "pause", "type": "wait", "seconds": 90},
            office.hook("last", "/last"),
        ]))
        .await;
    let mut kills = 0;
    // Each time after one more thing that was asked of AWS or sent: the last time nothing is killed.
    for n in 1..200 {
        assert_eq!(
            office.call(&workflow, "ann", json!({"n": n})).await.status,
            204
        );
        office.app.project().await;
        let runs = office.runs(&workflow).await;
        let id = runs[0]["id"].as_str().unwrap().to_owned();
        let batch = batch(&office.app, &id);
        let killed = stream_and_kill(&office, &batch, n).await;
        kills += u32::from(killed);
        // Who worked on it is believed to do so for half a minute.
        office.app.workflows.stream(batch).await;
        for seconds in [31, 60, 31, 60, 31] {
            office.later(Duration::from_secs(seconds)).await;
        }
        let run = office.get(&format!("/admin/v1/workflow-runs/{id}")).await;
        assert_eq!(run["state"], "completed", "killed after {n}: {run}");
        let expected = [
            "first done",
            "mark done",
            "note done",
            "pause done",
            "last done",
        ];
        assert_eq!(taken(&run), expected, "killed after {n}");
        if !killed {
            break;
        }
    }
    assert!(kills > 10, "{kills}");
    let runs = office.runs(&workflow).await.len();
    let noted: Vec<_> = office.app.log(Signal::Events).await;
    assert_eq!(noted.len(), runs, "each event once");
    for path in ["/first", "/last"] {
        let received = office.receiver.received();
        let of_path = received.iter().filter(|request| request.path == path);
        let ids: BTreeSet<_> = of_path.map(|request| request.id().to_owned()).collect();
        assert_eq!(ids.len(), runs, "each message under one id");
    }
}

/// Works on the batch until so many calls were made and webhooks received. Whether it was ended then.
async fn stream_and_kill(office: &Office, batch: &Event, after: usize) -> bool {
    office.app.stand_in.clear_recorded();
    let sent = office.receiver.received().len();
    let done = || {
        let calls = office.app.stand_in.recorded().len();
        calls + office.receiver.received().len() - sent
    };
    let kill = async {
        while done() < after {
            tokio::time::sleep(Duration::from_micros(200)).await;
        }
    };
    tokio::select! {
        biased;
        () = kill => true,
        _ = office.app.workflows.stream(batch.clone()) => false,
    }
}

#[tokio::test]
async fn a_step_that_ends_its_process_each_time_fails_after_three_of_them() {
    let mut office = Office::open().await;
    let workflow = office
        .by_call(json!([office.hook("first", "/"), office.hook("last", "/")]))
        .await;
    assert_eq!(office.call(&workflow, "ann", json!({})).await.status, 204);
    office.app.project().await;
    let run = office.run(&workflow).await;
    let id = run["id"].as_str().unwrap().to_owned();
    let batch = batch(&office.app, &id);
    // Between what is recorded before a step is decided and what is recorded after.
    let runs = office.app.runtime.config.tables.runs.clone();
    let ends = || Fault::hang().on_action("PutItem").on_table(&runs).skip(1);
    for process in 0..3 {
        let end = office.app.stand_in.faults().inject(ends());
        let killed = eventually(|| end.hits() > 0);
        if process == 0 {
            let worked = office.app.workflows.stream(batch.clone());
            tokio::select! { () = killed => {} _ = worked => panic!("it ends") }
        } else {
            office.app.clock.advance(Duration::from_secs(31));
            tokio::select! { () = killed => {} _ = office.app.sweep() => panic!("it ends") }
        }
        end.clear();
        if process == 0 {
            // The stream brings it again, and finds that somebody has it.
            office.app.workflows.stream(batch.clone()).await;
        }
    }
    assert_eq!(office.run(&workflow).await["state"], "running");
    office.later(Duration::from_secs(31)).await;
    let run = office.run(&workflow).await;
    assert_eq!(
        (&run["state"], &run["step"]),
        (&json!("failed"), &json!("first")),
        "{run}"
    );
    assert_eq!(
        run["error"],
        "given up: 3 times whoever began the step came to no end"
    );
    let dead = office.get("/admin/v1/workflow-runs").await;
    assert_eq!(dead["runs"][0]["id"], run["id"]);
    assert!(office.receiver.received().is_empty());

    office.replay(&run).await;
    office.later(Duration::from_mins(1)).await;
    assert_eq!(office.run(&workflow).await["state"], "completed");
}

#[tokio::test]
async fn a_step_that_a_throttled_table_broke_off_does_not_fail_for_that() {
    let mut office = Office::open().await;
    let workflow = office.by_call(json!([office.hook("tell", "/")])).await;
    assert_eq!(office.call(&workflow, "ann", json!({})).await.status, 204);
    office.app.project().await;
    let run = office.run(&workflow).await;
    let batch = batch(&office.app, run["id"].as_str().unwrap());
    let table = office.app.runtime.config.tables.runs.clone();
    // One process ends with the run in its hands, and the stream brings it again.
    let end = Fault::hang().on_action("PutItem").on_table(&table).skip(1);
    let end = office.app.stand_in.faults().inject(end);
    let killed = eventually(|| end.hits() > 0);
    let worked = office.app.workflows.stream(batch.clone());
    tokio::select! { () = killed => {} _ = worked => panic!("it ends") }
    end.clear();
    office.app.workflows.stream(batch).await;
    for _ in 0..4 {
        // The others do not: all attempts of their second record are refused.
        let throttled = Fault::throttled().on_action("PutItem").on_table(&table);
        let throttled = throttled.skip(1).times(3);
        let throttled = office.app.stand_in.faults().inject(throttled);
        office.later(Duration::from_secs(31)).await;
        assert_eq!(throttled.hits(), 3);
    }
    office.later(Duration::from_secs(31)).await;
    let run = office.run(&workflow).await;
    assert_eq!(run["state"], "completed", "{run}");
    assert_eq!(office.receiver.received().len(), 1);
}

#[tokio::test]
async fn a_run_whose_record_was_stored_but_not_answered_goes_on_at_once() {
    let mut office = Office::open().await;
    let workflow = office
        .by_call(json!([
            office.hook("first", "/first"),
            {"id": "note", "type": "send_event", "name": "noted"},
            office.hook("last", "/last"),
        ]))
        .await;
    let table = office.app.runtime.config.tables.runs.clone();
    let mut lost = 0;
    // Each time the answer to one record further is lost: the last time none is.
    loop {
        let answer = office.call(&workflow, "ann", json!({"n": lost})).await;
        assert_eq!(answer.status, 204);
        office.app.project().await;
        let runs = office.runs(&workflow).await;
        let id = runs[0]["id"].as_str().unwrap();
        let fault = Fault::answer_lost().on_action("PutItem").on_table(&table);
        let fault = fault.skip(lost).times(1);
        let fault = office.app.stand_in.faults().inject(fault);
        office.app.workflows.stream(batch(&office.app, id)).await;
        let run = office.get(&format!("/admin/v1/workflow-runs/{id}")).await;
        assert_eq!(run["state"], "completed", "after {lost}: {run}");
        if fault.hits() == 0 {
            break;
        }
        lost += 1;
        office.app.clock.advance(Duration::from_secs(1));
    }
    assert!(lost > 5, "{lost}");
    let sent = office.receiver.received().len();
    assert_eq!(u64::try_from(sent).unwrap(), 2 * (lost + 1));
}
