//! What events cost in write units, as DynamoDB reports them and the metrics carry them: the log by
//! batch size, and the timeline by projector window.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    unreachable_pub,
    reason = "a bench prints its measures and ends at the first thing that is wrong"
)]

mod measure;

use std::time::Duration;

use event::Clock as _;
use measure::at_most;
use policy::{ApiKey, KeyKind};
use telemetry::read::{Range, Reader};
use testkit::TestApp;
use traffic::{Size, Traffic, Users, batch_body};

const EVENTS: usize = 2_000;
const HOUR: Duration = Duration::from_hours(1);

#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!("write units per 1,000 events of about 1 KB\n");
    for (batch, target) in [(1, 1_000.0), (10, 300.0), (100, 150.0)] {
        let (app, key) = start().await;
        let before = units(&app).await;
        let mut traffic = Traffic::new(7, Size::Large, Users::Mixed);
        for _ in 0..EVENTS / batch {
            send(&app, &key, &batch_body(&traffic.events(batch))).await;
        }
        let spent = units(&app).await - before;
        let name = format!("log: {batch} mixed users a batch");
        at_most(&name, target, "units", spent / EVENTS as f64 * 1e3);
    }

    let (mut app, key) = start().await;
    for user in 0..100 {
        let mut traffic = Traffic::new(100 + user, Size::Large, Users::One);
        send(&app, &key, &batch_body(&traffic.events(10))).await;
    }
    let before = units(&app).await;
    app.project().await;
    let spent = units(&app).await - before;
    at_most(
        "timeline: 10 events a user in a window",
        210.0,
        "units",
        spent,
    );
}

async fn start() -> (TestApp, ApiKey) {
    let app = TestApp::start().await;
    // CloudWatch takes no value that is much older.
    app.clock.set(edge::SystemClock.now());
    let key = app.key(KeyKind::WriteOnly).await;
    (app, key)
}

async fn send(app: &TestApp, key: &ApiKey, body: &str) {
    let answer = app
        .post("/event/ingest/batch")
        .key(key)
        .text(body)
        .send()
        .await;
    assert_eq!(answer.status, 204, "{}", answer.body);
}

/// All write units of the app so far.
async fn units(app: &TestApp) -> f64 {
    let now = app.clock.now();
    app.runtime.metrics.flush(now).await;
    let range = Range::new(now.minus(HOUR), now.plus(HOUR)).unwrap();
    let reader = Reader::new(app.cloud_watch.clone());
    let graphs = reader.graphs(&app.workspace, range).await.unwrap();
    graphs
        .database_writes
        .units
        .iter()
        .map(|point| point.value)
        .sum()
}
