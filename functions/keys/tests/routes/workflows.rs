//! Workflows and their runs, where something comes in between.

use std::time::Duration;

use event::Clock as _;
use serde_json::{Value, json};
use testkit::{Answer, Fault};

use crate::support::Office;
use crate::walk::runs;

const WORKFLOWS: &str = "/admin/v1/workflows";

/// A workflow that does nothing, every so many seconds.
fn every(seconds: u64) -> Value {
    let trigger = json!({"type": "schedule", "everySeconds": seconds});
    json!({"name": "Clock", "trigger": trigger, "steps": [{"id": "end", "type": "stop"}]})
}

async fn make(office: &Office, body: &Value) -> Value {
    let made = office.post(WORKFLOWS, body).await;
    assert_eq!(made.status, 201, "{}", made.body);
    made.json()
}

fn path(workflow: &Value, below: &str) -> String {
    format!("{WORKFLOWS}/{}{below}", workflow["id"].as_str().unwrap())
}

/// How many runs the clock has started within that time.
async fn started(office: &Office, workflow: &Value, within: Duration) -> usize {
    let count = async || {
        let list = office.get(&path(workflow, "/runs")).await.json();
        list["runs"].as_array().unwrap().len()
    };
    let before = count().await;
    office.app.clock.advance(within);
    office.app.sweep().await;
    count().await - before
}

/// A fault on the queue of what is due.
fn no_queue() -> Fault {
    Fault::server_error()
        .on_action("BatchWriteItem")
        .on_table("runs")
}

#[tokio::test]
async fn a_workflow_that_cannot_be_queued_is_not_stored() {
    let office = Office::open().await;
    let fault = office.app.stand_in.faults().inject(no_queue());
    assert_eq!(office.post(WORKFLOWS, &every(3_600)).await.status, 503);
    fault.clear();
    let none = office.get(WORKFLOWS).await.json();
    assert_eq!(none["workflows"], json!([]));
    let made = make(&office, &every(3_600)).await;
    assert_eq!(started(&office, &made, Duration::from_hours(1)).await, 1);
}

#[tokio::test]
async fn a_schedule_whose_save_was_interrupted_starts_after_the_repeat() {
    let office = Office::open().await;
    let made = make(&office, &every(86_400)).await;
    let replace = || {
        let call = office
            .call("PUT", &path(&made, ""))
            .header("if-match", "\"1\"");
        call.json(&every(3_600)).send()
    };
    let fault = office.app.stand_in.faults().inject(no_queue());
    assert_eq!(replace().await.status, 503);
    fault.clear();
    assert_eq!(replace().await.status, 200);
    assert_eq!(started(&office, &made, Duration::from_hours(1)).await, 1);

    let pause = office.call("POST", &path(&made, "/pause")).send().await;
    assert_eq!(pause.status, 204);
    assert_eq!(started(&office, &made, Duration::from_hours(1)).await, 0);
    let resume = || office.call("POST", &path(&made, "/resume")).send();
    let fault = office.app.stand_in.faults().inject(no_queue());
    assert_eq!(resume().await.status, 503);
    fault.clear();
    assert_eq!(resume().await.status, 204);
    assert_eq!(started(&office, &made, Duration::from_hours(1)).await, 1);
}

/// A run that goes on, or one that failed, and its path.
async fn a_run(office: &Office, goes_on: bool) -> String {
    let body = json!({"name": "Call", "trigger": {"type": "api"}, "steps": [{"id": "end", "type": "stop"}]});
    let workflow = make(office, &body).await;
    let run = runs::run(&office.app, &workflow, goes_on).await;
    format!("/admin/v1/workflow-runs/{run}")
}

async fn act(office: &Office, run: &str, act: &str) -> Answer {
    office.call("POST", &format!("{run}/{act}")).send().await
}

#[tokio::test]
async fn a_replay_goes_on_though_its_place_was_looked_at_before_the_run_was_saved() {
    let office = Office::open().await;
    let run = a_run(&office, false).await;
    let save = Fault::slow(Duration::from_secs(1))
        .on_action("TransactWriteItems")
        .on_table("runs")
        .times(1);
    let save = office.app.stand_in.faults().inject(save);
    let swept = async {
        while save.hits() == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        office.app.sweep().await
    };
    let (replayed, swept) = tokio::join!(act(&office, &run, "replay"), swept);
    assert_eq!((replayed.status, swept), (200, 1), "{}", replayed.body);
    goes_on(&office, &run).await;
}

#[tokio::test]
async fn a_replay_goes_on_though_its_place_is_dropped_after_the_run_was_saved() {
    let office = Office::open().await;
    let run = a_run(&office, false).await;
    let replayed = act(&office, &run, "replay").await;
    assert_eq!(replayed.status, 200, "{}", replayed.body);
    // As a sweep does that had found the run ended, and is slow.
    let store = &office.app.store;
    let places = store.due(office.app.clock.now()).await.unwrap();
    assert_eq!(places.len(), 1);
    for place in &places {
        store.delete_due(place).await.unwrap();
    }
    goes_on(&office, &run).await;
}

/// The next sweep brings the run to its end.
async fn goes_on(office: &Office, run: &str) {
    office.app.clock.advance(Duration::from_millis(1));
    office.app.sweep().await;
    let run = office.get(run).await.json();
    assert_eq!(run["state"], "completed", "{run}");
}

#[tokio::test]
async fn what_is_done_to_a_run_and_its_audit_line_are_written_together_or_not_at_all() {
    let office = Office::open().await;
    for (goes_on, name, action) in [
        (true, "cancel", "run.cancelled"),
        (false, "replay", "run.replayed"),
        (false, "rerun", "run.repeated"),
    ] {
        let run = a_run(&office, goes_on).await;
        let before = office.get(&run).await.json();
        let fault = Fault::server_error()
            .on_action("TransactWriteItems")
            .on_table("control");
        let fault = office.app.stand_in.faults().inject(fault);
        assert_eq!(act(&office, &run, name).await.status, 503, "{name}");
        fault.clear();
        assert_eq!(office.get(&run).await.json(), before, "{name}");
        let done = act(&office, &run, name).await;
        assert!(done.status < 300, "{name}: {}", done.body);
        let audit = office
            .get(&format!("/admin/v1/audit?action={action}"))
            .await;
        let entries = audit.json()["entries"].as_array().unwrap().len();
        assert_eq!(entries, 1, "{name}");
    }
}

#[tokio::test]
async fn a_cursor_of_runs_that_was_not_given_out_is_refused() {
    let office = Office::open().await;
    let made = make(&office, &every(3_600)).await;
    // As long as a cursor is, with the id of a run at its end, and before every place of the list.
    let cursor = format!("!{}{}", "0".repeat(11), "0a".repeat(16));
    let below = format!("/runs?cursor={cursor}");
    let list = office.get(&path(&made, &below)).await;
    assert_eq!(list.code(), "invalid_parameter", "{}", list.body);
}
