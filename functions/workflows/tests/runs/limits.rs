//! Who is slow keeps nobody else waiting.

use std::time::{Duration, Instant};

use event::Signal;
use serde_json::json;
use testkit::{Fault, TestApp};
use workflows::{Limits, Sweep};

use crate::receiver::Receiver;
use crate::support::{LONG, Office, eventually};

const CALLS: usize = 120;

#[tokio::test(flavor = "multi_thread")]
async fn a_destination_that_hangs_delays_no_other_beyond_the_patience() {
    let mut office = Office::open().await;
    let slow = Receiver::start().await;
    let fast = office.by_call(json!([office.hook("tell", "/")])).await;
    let url = format!("{}/hang", slow.url);
    let hanging = office
        .by_call(json!([{"id": "tell", "type": "webhook", "url": url}]))
        .await;
    for n in 0..CALLS {
        for workflow in [&hanging, &fast] {
            assert_eq!(
                office.call(workflow, "ann", json!({"n": n})).await.status,
                204
            );
        }
    }
    let began = Instant::now();
    office.app.run_workflows().await;
    let received = office.receiver.received();
    assert_eq!(received.len(), CALLS);
    // Of the slow one at most a batch was waited for, once: after that it is known to be slow.
    let places = usize::try_from(Limits::default().per_destination).unwrap() / 4;
    assert!(
        slow.received().len() <= 2 * places,
        "{}",
        slow.received().len()
    );
    let mut delays: Vec<_> = received.iter().map(|request| request.at - began).collect();
    delays.sort();
    println!(
        "fast: p50 {:?}, p99 {:?}",
        delays[CALLS / 2],
        delays[CALLS * 99 / 100]
    );
}

#[tokio::test]
async fn a_run_of_many_slow_steps_leaves_the_stream_after_its_patience() {
    let mut office = Office::open().await;
    // Two steps take longer than the patience, however fast the machine is.
    let slow = Duration::from_millis(200);
    office.limit(Limits {
        patience: slow + slow / 2,
        timeout: LONG,
        ..Limits::default()
    });
    let steps: Vec<_> = ["one", "two", "three", "four"]
        .map(|id| json!({"id": id, "type": "send_event", "name": "noted"}))
        .into();
    let workflow = office.by_call(json!(steps)).await;
    let answer = office.call(&workflow, "ann", json!({})).await;
    assert_eq!(answer.status, 204);
    let log = office.app.runtime.config.tables.events.clone();
    let slowly = Fault::slow(slow).on_action("PutItem").on_table(log);
    let slowly = office.app.stand_in.faults().inject(slowly);
    office.stream(&workflow).await;
    slowly.clear();
    let run = office.run(&workflow).await;
    assert_eq!(run["state"], "running", "{run}");
    let sent = office.app.log(Signal::Events).await.len();
    assert!((1..4).contains(&sent), "{sent}");
    office.later(Duration::from_secs(1)).await;
    assert_eq!(office.run(&workflow).await["state"], "completed");
    assert_eq!(office.app.log(Signal::Events).await.len(), 4);
}

#[tokio::test]
async fn a_sweep_finishes_what_is_under_way_at_its_end() {
    let mut office = Office::open().await;
    office.limit(Limits {
        timeout: LONG,
        ..TestApp::limits()
    });
    let wait = json!({"id": "wait", "type": "wait", "seconds": 60});
    let workflow = office
        .by_call(json!([wait, office.hook("tell", "/held")]))
        .await;
    office.start(&workflow, "ann", json!({})).await;
    office.app.clock.advance(Duration::from_mins(1));
    let budget = Duration::from_millis(100);
    let answering = async {
        eventually(|| !office.receiver.received().is_empty()).await;
        // By then the sweep has looked for the last time.
        tokio::time::sleep(Duration::from_secs(2)).await;
        office.receiver.release();
    };
    let (worked, ()) = tokio::join!(office.app.workflows.sweep(Sweep { budget }), answering);
    assert_eq!(worked, 1);
    assert_eq!(office.run(&workflow).await["state"], "completed");
}

#[tokio::test]
async fn no_more_webhooks_are_under_way_than_a_destination_may_get() {
    let mut office = Office::open().await;
    office.limit(Limits {
        per_destination: 4,
        // Whoever gets a place keeps it while the others ask.
        patience: LONG,
        timeout: LONG,
        ..Limits::default()
    });
    let workflow = office.by_call(json!([office.hook("tell", "/hang")])).await;
    for n in 0..12 {
        assert_eq!(
            office.call(&workflow, "ann", json!({"n": n})).await.status,
            204
        );
    }
    office.app.project().await;
    let mut works = tokio::task::JoinSet::new();
    for run in office.runs(&workflow).await {
        let batch = crate::interrupted::batch(&office.app, run["id"].as_str().unwrap());
        let workflows = office.app.workflows.clone();
        works.spawn(async move { workflows.stream(batch).await });
    }
    // Twelve processes at a time, and four places: whoever gets none does not wait for one.
    for _ in 0..8 {
        let answer = works.join_next().await.unwrap();
        assert!(answer.unwrap().batch_item_failures.is_empty());
    }
    assert!(
        office.receiver.received().len() <= 4,
        "{}",
        office.receiver.received().len()
    );
    works.abort_all();
    let runs = office.runs(&workflow).await;
    let waiting = runs.iter().filter(|run| run["state"] == "waiting");
    assert!(waiting.count() >= 8, "{runs:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_that_come_to_a_destination_that_hangs_leave_room_for_others_in_the_same_sweep() {
    let mut office = Office::open().await;
    // What takes a place keeps it for longer than anybody here waits.
    let runs = 60;
    office.limit(Limits {
        // Half of it is the workspace's.
        per_sweep: 2 * runs,
        timeout: Duration::from_mins(2),
        ..TestApp::limits()
    });
    let wait = json!({"id": "wait", "type": "wait", "seconds": 60});
    let slow = Receiver::start().await;
    let url = format!("{}/hang", slow.url);
    let hang = json!({"id": "tell", "type": "webhook", "url": url});
    let hanging = office.by_call(json!([wait, hang])).await;
    let fast = office
        .by_call(json!([wait, office.hook("tell", "/")]))
        .await;
    for n in 0..runs {
        let answer = office.call(&hanging, "ann", json!({"n": n})).await;
        assert_eq!(answer.status, 204);
    }
    office.app.run_workflows().await;
    office.app.clock.advance(Duration::from_millis(1));
    assert_eq!(office.call(&fast, "ann", json!({})).await.status, 204);
    office.app.run_workflows().await;
    office.app.clock.advance(Duration::from_secs(61));
    let budget = Duration::from_mins(2);
    tokio::select! {
        () = eventually(|| !office.receiver.received().is_empty()) => {}
        worked = office.app.workflows.sweep(Sweep { budget }) => panic!("it ends with {worked}"),
    }
    assert!(slow.received().len() <= 50, "{}", slow.received().len());
}

#[tokio::test]
async fn a_sweep_looks_at_all_that_waits_for_a_destination_that_is_paused() {
    let mut office = Office::open().await;
    office.pause_receiver().await;
    let workflow = office.by_call(json!([office.hook("tell", "/")])).await;
    // More than a sweep works on at the same time for one destination.
    for n in 0..70 {
        let answer = office.call(&workflow, "ann", json!({"n": n})).await;
        assert_eq!(answer.status, 204);
    }
    office.app.run_workflows().await;
    office.app.clock.advance(Duration::from_hours(1));
    office.pause_receiver().await;
    // Time for all of them on the slowest machine; it ends as soon as they stand further back in the queue.
    let budget = Duration::from_mins(2);
    assert_eq!(office.app.workflows.sweep(Sweep { budget }).await, 70);
}

#[tokio::test]
async fn a_run_that_begins_with_a_branch_does_something_however_large_its_batch_is() {
    let mut office = Office::open().await;
    office.limit(Limits {
        patience: Duration::ZERO,
        ..Limits::default()
    });
    let workflow = office
        .by_call(json!([
            {"id": "ask", "type": "branch", "when": {"all": [
                {"path": "profile.found", "operator": "exists"},
            ]}},
            {"id": "note", "type": "send_event", "name": "noted"},
        ]))
        .await;
    assert_eq!(office.call(&workflow, "ann", json!({})).await.status, 204);
    office.stream(&workflow).await;
    assert_eq!(office.run(&workflow).await["state"], "completed");
}
