//! Destinations that answer badly, late or not at all.

use std::time::Duration;

use serde_json::{Value, json};
use testkit::TestApp;
use workflows::Limits;

use crate::support::{LONG, Office, eventually, taken};

/// How long the pauses between attempts are together at most, until the last.
const A_DAY: u64 = 24 * 3_600;

#[tokio::test]
async fn a_delivery_that_fails_is_tried_again_for_a_day_with_the_same_id_and_then_is_dead() {
    let mut office = Office::open().await;
    let workflow = office
        .by_call(json!([
            office.hook("tell", "/500"),
            office.hook("after", "/")
        ]))
        .await;
    office.start(&workflow, "ann", json!({})).await;
    let run = office.run(&workflow).await;
    assert_eq!(
        (&run["state"], &run["delivery"]["status"]),
        (&json!("waiting"), &json!(500))
    );
    for _ in 0..(A_DAY / 600) + 6 {
        office.later(Duration::from_mins(10)).await;
    }
    let run = office.run(&workflow).await;
    assert_eq!(
        (&run["state"], &run["step"]),
        (&json!("failed"), &json!("tell")),
        "{run}"
    );
    let error = run["error"].as_str().unwrap();
    assert!(error.ends_with("the destination answered 500"), "{error}");
    let received = office.receiver.received();
    assert!(received.len() > 8, "{}", received.len());
    let first = &received[0];
    for request in &received {
        assert_eq!(
            (request.id(), &request.body, &request.path),
            (first.id(), &first.body, &first.path)
        );
    }
    // It keeps failing: that is shown.
    let shown = office.get("/admin/v1/workflow-destinations").await;
    let destination = &shown["destinations"][0];
    assert_eq!(destination["destination"], office.receiver.url.as_str());
    assert_eq!(destination["lastFailure"], "the destination answered 500");
}

#[tokio::test]
async fn a_destination_that_keeps_failing_is_paused_and_goes_on_when_somebody_says_so() {
    let mut office = Office::open().await;
    let workflow = office
        .by_call(json!([office.hook("tell", "/{{ variables.status }}")]))
        .await;
    for n in 0..10 {
        office
            .start(&workflow, "ann", json!({"status": 503, "n": n}))
            .await;
    }
    office.start(&workflow, "ann", json!({"status": 204})).await;
    assert_eq!(office.receiver.received().len(), 10);
    let shown = office.get("/admin/v1/workflow-destinations").await;
    assert!(shown["destinations"][0]["pausedUntil"].is_i64(), "{shown}");
    let name = json!({"destination": office.receiver.url});
    let resumed = office
        .ask(
            "POST",
            "/admin/v1/workflow-destinations/resume",
            Some(&name),
        )
        .await;
    assert_eq!(resumed.status, 204);
    office
        .start(&workflow, "ann", json!({"status": 204, "n": 1}))
        .await;
    assert_eq!(office.receiver.received().len(), 11);
    office.later(Duration::from_mins(6)).await;
    let completed = office.runs(&workflow).await;
    let completed = completed.iter().filter(|run| run["state"] == "completed");
    assert_eq!(completed.count(), 2);
}

#[tokio::test]
async fn a_destination_that_hangs_closes_or_redirects_is_told_by_the_run() {
    for (path, error) in [
        (
            "/close",
            "the connection failed, or broke off before an answer",
        ),
        ("/redirect", ""),
    ] {
        let mut office = Office::open().await;
        let workflow = office.by_call(json!([office.hook("tell", path)])).await;
        office.start(&workflow, "ann", json!({})).await;
        let run = office.run(&workflow).await;
        assert_eq!(run["state"], "waiting", "{path}: {run}");
        let delivery = &run["delivery"];
        if error.is_empty() {
            assert_eq!(delivery["status"], 302);
        } else {
            assert_eq!(delivery["error"], error);
        }
        // Nobody followed anywhere.
        assert!(
            office
                .receiver
                .received()
                .iter()
                .all(|request| request.path == path)
        );
    }
}

#[tokio::test]
async fn a_destination_that_hangs_holds_up_the_stream_for_its_patience_and_is_swept_later() {
    let mut office = Office::open().await;
    // Time enough to connect.
    let patience = Duration::from_secs(5);
    office.limit(Limits {
        patience,
        timeout: patience,
        ..Limits::default()
    });
    let workflow = office.by_call(json!([office.hook("tell", "/hang")])).await;
    office.start(&workflow, "ann", json!({})).await;
    let run = office.run(&workflow).await;
    assert_eq!(
        (&run["state"], &run["delivery"]["attempts"]),
        (&json!("waiting"), &json!(0))
    );
    let shown = office.get("/admin/v1/workflow-destinations").await;
    assert_eq!(shown["destinations"][0]["slow"], true);
    office.later(Duration::from_secs(1)).await;
    let run = office.run(&workflow).await;
    assert_eq!(run["delivery"]["attempts"], 1);
    assert_eq!(
        run["delivery"]["error"],
        "the destination did not answer in time"
    );
    let ids: Vec<_> = office
        .receiver
        .received()
        .iter()
        .map(|it| it.id().to_owned())
        .collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1]);
}

#[tokio::test]
async fn a_destination_that_is_gone_is_not_asked_again_and_the_run_may_be_replayed() {
    let mut office = Office::open().await;
    let workflow = office
        .by_call(json!([
            office.hook("tell", "/410"),
            office.hook("after", "/")
        ]))
        .await;
    office.start(&workflow, "ann", json!({})).await;
    let run = office.run(&workflow).await;
    assert_eq!(
        run["error"],
        "given up after 1 attempts: the destination answered 410"
    );
    let path = |what: &str| {
        format!(
            "/admin/v1/workflow-runs/{}/{what}",
            run["id"].as_str().unwrap()
        )
    };
    let replayed = office.ask("POST", &path("replay"), None).await;
    assert_eq!(replayed.status, 200, "{}", replayed.body);
    assert_eq!(
        office.get("/admin/v1/workflow-runs").await["runs"],
        json!([])
    );
    office.later(Duration::from_mins(1)).await;
    let received = office.receiver.received();
    assert_eq!(received.len(), 2);
    assert_eq!(received[0].id(), received[1].id());
    let dead = office.get("/admin/v1/workflow-runs").await;
    assert_eq!(dead["runs"].as_array().map(Vec::len), Some(1));

    let again = office.ask("POST", &path("rerun"), None).await.json();
    assert_eq!(
        (&again["startedBy"], &again["rerunOf"]),
        (&json!("rerun"), &run["id"])
    );
    office.app.run_workflows().await;
    assert_ne!(office.receiver.received()[2].id(), received[0].id());
}

#[tokio::test]
async fn a_cancelled_run_takes_no_further_step() {
    let mut office = Office::open().await;
    let steps = json!([{"id": "pause", "type": "wait", "seconds": 600}, office.hook("tell", "/")]);
    let workflow = office.by_call(steps).await;
    office.start(&workflow, "ann", json!({})).await;
    let run: Value = office.run(&workflow).await;
    let path = format!(
        "/admin/v1/workflow-runs/{}/cancel",
        run["id"].as_str().unwrap()
    );
    assert_eq!(
        office.ask("POST", &path, None).await.json()["state"],
        "cancelled"
    );
    assert_eq!(office.ask("POST", &path, None).await.status, 409);
    office.later(Duration::from_mins(10)).await;
    let run = office.run(&workflow).await;
    assert_eq!((&run["state"], taken(&run).len()), (&json!("cancelled"), 0));
    assert!(office.receiver.received().is_empty());
    let about = office.get("/admin/v1/workflow-runs?userId=ann").await;
    assert_eq!(about["runs"][0]["id"], run["id"]);
}

#[tokio::test]
async fn a_run_that_is_cancelled_during_a_step_finishes_it_and_begins_no_other() {
    let wait = json!({"id": "after", "type": "wait", "seconds": 600});
    for waits in [true, false] {
        let mut office = Office::open().await;
        office.limit(Limits {
            patience: LONG,
            timeout: LONG,
            ..Limits::default()
        });
        let after = if waits {
            wait.clone()
        } else {
            office.hook("after", "/")
        };
        let workflow = office
            .by_call(json!([office.hook("under-way", "/held"), after]))
            .await;
        assert_eq!(office.call(&workflow, "ann", json!({})).await.status, 204);
        office.app.project().await;
        let run = office.run(&workflow).await;
        let id = run["id"].as_str().unwrap().to_owned();
        let batch = crate::interrupted::batch(&office.app, &id);
        let working = office.app.workflows.stream(batch);
        let cancelling = async {
            eventually(|| !office.receiver.received().is_empty()).await;
            let path = format!("/admin/v1/workflow-runs/{id}/cancel");
            assert_eq!(office.ask("POST", &path, None).await.status, 200);
            office.receiver.release();
        };
        tokio::join!(working, cancelling);
        let run = office.run(&workflow).await;
        assert_eq!(run["state"], "cancelled", "{run}");
        assert_eq!(taken(&run), ["under-way done"]);
        assert_eq!(office.receiver.received().len(), 1);
        office.later(Duration::from_mins(11)).await;
        assert_eq!(office.receiver.received().len(), 1);
    }
}

#[tokio::test]
async fn what_waits_for_a_destination_that_stays_paused_is_dead_after_a_day_and_can_be_replayed() {
    let mut office = Office::open().await;
    office.pause_receiver().await;
    let workflow = office.by_call(json!([office.hook("tell", "/")])).await;
    office.start(&workflow, "ann", json!({})).await;
    for _ in 0..24 {
        assert_eq!(office.run(&workflow).await["state"], "waiting");
        office.app.clock.advance(Duration::from_hours(1));
        office.pause_receiver().await;
        office.app.sweep().await;
    }
    let run = office.run(&workflow).await;
    assert_eq!(run["state"], "failed", "{run}");
    assert_eq!(
        run["error"],
        "given up: the destination was paused for a day"
    );
    let dead = office.get("/admin/v1/workflow-runs").await;
    assert_eq!(dead["runs"][0]["id"], run["id"]);
    assert!(office.receiver.received().is_empty());

    office.replay(&run).await;
    office.later(Duration::from_hours(2)).await;
    assert_eq!(office.run(&workflow).await["state"], "completed");
}

#[tokio::test]
async fn an_answer_whose_body_does_not_end_is_an_answer() {
    let mut office = Office::open().await;
    office.limit(Limits {
        answer_patience: Duration::from_millis(10),
        ..TestApp::limits()
    });
    let workflow = office
        .by_call(json!([office.hook("tell", "/trickle")]))
        .await;
    assert_eq!(office.call(&workflow, "ann", json!({})).await.status, 204);
    office.stream(&workflow).await;
    let run = office.run(&workflow).await;
    assert_eq!(run["state"], "completed", "{run}");
    assert_eq!(run["steps"][0]["delivery"]["status"], 200);
    assert_eq!(office.receiver.received().len(), 1);
}
