//! Who is slow keeps nobody else waiting.

use std::time::{Duration, Instant};

use serde_json::json;
use workflows::{Limits, Workflows};

use crate::receiver::Receiver;
use crate::support::Office;

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
async fn no_more_webhooks_are_under_way_than_a_destination_may_get() {
    let mut office = Office::open().await;
    let limits = Limits {
        per_destination: 4,
        patience: Duration::from_millis(300),
        timeout: Duration::from_millis(300),
        ..Limits::default()
    };
    let secrets = office.app.secrets.clone();
    office.app.workflows = Workflows::new(&office.app.runtime, secrets, limits);
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
    while let Some(answer) = works.join_next().await {
        assert!(answer.unwrap().batch_item_failures.is_empty());
    }
    // Twelve processes at a time, and four places.
    assert!(
        office.receiver.received().len() <= 4,
        "{}",
        office.receiver.received().len()
    );
    for run in office.runs(&workflow).await {
        assert_eq!(run["state"], "waiting");
    }
}
