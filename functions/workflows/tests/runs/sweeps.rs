//! What a sweep has room for, and when it comes to its end.

use std::time::Duration;

use event::{Clock as _, RunId, Timestamp, WorkspaceId};
use serde_json::json;
use store::{Due, DueWork};
use testkit::{Fault, TestApp};
use workflows::{Limits, Sweep};

use crate::support::{LONG, Office};

/// One that goes on for longer than anybody here waits.
const SWEEP: Sweep = Sweep {
    budget: Duration::from_mins(2),
};

/// A place in the queue that no run stands behind: whoever comes to it takes it out.
fn place(workspace: &str, run: u8, at: Timestamp) -> Due {
    Due {
        at,
        workspace: WorkspaceId::parse(workspace).unwrap(),
        work: DueWork::Run(RunId::parse(&format!("{run:032x}")).unwrap()),
        destination: None,
    }
}

async fn put(office: &Office, place: &Due) {
    office.app.store.put_due(place).await.unwrap();
}

/// Waits until somebody took the place out of the queue.
async fn taken_out(office: &Office, place: &Due) {
    let waiting = async {
        loop {
            let due = office.app.store.due(place.at).await.unwrap();
            if !due.contains(place) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(LONG, waiting).await.unwrap();
}

#[tokio::test]
async fn the_backlog_of_a_workspace_leaves_room_for_the_others() {
    let mut office = Office::open().await;
    let per_sweep = 8;
    office.limit(Limits {
        per_sweep,
        // What is sent keeps its room for as long as the sweep goes on.
        timeout: SWEEP.budget,
        ..TestApp::limits()
    });
    let workflow = office
        .by_call(json!([
            {"id": "wait", "type": "wait", "seconds": 60},
            office.hook("tell", "/hang"),
        ]))
        .await;
    for n in 0..per_sweep {
        let answer = office.call(&workflow, "ann", json!({"n": n})).await;
        assert_eq!(answer.status, 204);
    }
    office.app.run_workflows().await;
    // Due after the whole backlog.
    office.app.clock.advance(Duration::from_secs(61));
    let other = place("other", 1, office.app.clock.now());
    put(&office, &other).await;
    tokio::select! {
        () = taken_out(&office, &other) => {}
        worked = office.app.workflows.sweep(SWEEP) => panic!("it ends with {worked}"),
    }
}

#[tokio::test]
async fn what_is_due_later_holds_no_room_until_then_and_is_waited_for() {
    let mut office = Office::open().await;
    office.limit(Limits {
        per_sweep: 2,
        ..TestApp::limits()
    });
    let now = office.app.clock.now();
    // The clock stands still: it is not due before the sweep ends.
    let later = now.plus(Duration::from_secs(110));
    for (workspace, run) in [("one", 1), ("two", 2)] {
        put(&office, &place(workspace, run, later)).await;
    }
    let first = place("one", 3, now);
    put(&office, &first).await;
    let working = async {
        taken_out(&office, &first).await;
        // By now the sweep has seen what is due later.
        let second = place("two", 4, now);
        put(&office, &second).await;
        taken_out(&office, &second).await;
    };
    tokio::select! {
        () = working => {}
        worked = office.app.workflows.sweep(SWEEP) => panic!("it ends with {worked}"),
    }
}

#[tokio::test]
async fn a_place_that_fails_is_left_to_the_next_sweep() {
    for (action, worked) in [("GetItem", 0), ("BatchWriteItem", 1)] {
        let office = Office::open().await;
        put(&office, &place("one", 1, office.app.clock.now())).await;
        let runs = office.app.runtime.config.tables.runs.clone();
        let fault = Fault::server_error().on_action(action).on_table(runs);
        let fault = office.app.stand_in.faults().inject(fault);
        assert_eq!(office.app.workflows.sweep(SWEEP).await, worked, "{action}");
        // One call, as often as the client repeats it.
        assert!(fault.hits() <= 3, "{action}: {}", fault.hits());
        fault.clear();
        assert_eq!(office.app.sweep().await, 1, "{action}");
        assert_eq!(office.app.sweep().await, 0, "{action}");
    }
}
