//! Ten thousand calls of two workflows in turn: one sends a webhook to a destination that answers at
//! once, the other to one that takes five seconds. What counts is how long a call waits for the webhook
//! of the fast one, through the gateway, both streams and all functions as processes.
//!
//! `WEIR_BENCH_TRIGGERS` says how many calls (default 10,000), `WEIR_BENCH_RATE` how many a second
//! (default 36: what two cores carry beside the stand-in, which takes most of them).

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "a bench prints its measures and ends at the first thing that is wrong"
)]

mod receiver;

use std::sync::Arc;
use std::time::{Duration, Instant};

use api::{Client, Weir};
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::receiver::Receiver;

/// How long the slow destination takes.
const SLOW: Duration = Duration::from_secs(5);
/// Calls under way at the same time: as many as there are processes to take them.
const CALLERS: usize = 3;
/// How long the last webhook of the fast destination may take.
const PATIENCE: Duration = Duration::from_mins(2);

#[tokio::main]
async fn main() {
    let count = number("WEIR_BENCH_TRIGGERS", 10_000);
    let rate = number("WEIR_BENCH_RATE", 36);
    let weir = Weir::undisturbed().await;
    let tenant = weir.tenant().await;
    let (fast, slow) = (
        Receiver::start(Duration::ZERO).await,
        Receiver::start(SLOW).await,
    );
    let mut workflows = Vec::new();
    for receiver in [&fast, &slow] {
        let steps = json!([{"id": "tell", "type": "webhook", "url": receiver.url}]);
        workflows.push(tenant.workflow(&json!({"type": "api"}), &steps).await);
    }
    let sweeps = tokio::spawn(sweep(tenant.client()));

    let client = tenant.client().with_key(&tenant.read_write.text);
    let (calls, took) = call_all(&client, &workflows, count, rate).await;
    let wanted = count.div_ceil(2);
    let since = Instant::now();
    while fast.arrivals().len() < wanted && since.elapsed() < PATIENCE {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    sweeps.abort();
    let arrivals = fast.arrivals();
    let mut delays: Vec<_> = arrivals
        .iter()
        .map(|(number, at)| at.duration_since(calls[*number]).as_secs_f64())
        .collect();
    delays.sort_by(f64::total_cmp);
    println!(
        "{count} calls in {:.0} s; of the fast destination's {wanted} webhooks {} came, of the slow one's {}",
        took.as_secs_f64(),
        arrivals.len(),
        slow.arrivals().len(),
    );
    for (share, name) in [(0.5, "p50"), (0.9, "p90"), (0.99, "p99"), (1.0, "longest")] {
        println!("{name} {:.2} s", quantile(&delays, share));
    }
    assert_eq!(arrivals.len(), wanted, "every call is a webhook");
    let line = json!({
        "name": "workflows: from call to webhook beside a slow destination, p99",
        "value": quantile(&delays, 0.99), "unit": "s", "atMost": 5.0,
    });
    println!("measure {line}");
}

/// Sends the calls at that rate; says when each was sent, and how long all took.
async fn call_all(
    client: &Client,
    workflows: &[Value],
    count: usize,
    rate: usize,
) -> (Vec<Instant>, Duration) {
    let callers = Arc::new(Semaphore::new(CALLERS));
    let began = Instant::now();
    let mut calls = Vec::with_capacity(count);
    for number in 0..count {
        let at = began + Duration::from_secs_f64(number as f64 / rate as f64);
        tokio::time::sleep_until(at.into()).await;
        let body = json!({
            "triggerId": workflows[number % 2]["triggerId"],
            "userId": format!("user-{}", number % 1_000),
            "variables": {"n": number},
        });
        let caller = Arc::clone(&callers).acquire_owned().await.unwrap();
        let client = client.clone();
        calls.push(tokio::spawn(async move {
            let sent = Instant::now();
            let answer = client.post("/workflow/trigger", &body).await;
            assert_eq!(answer.status, 204, "{}", answer.body);
            drop(caller);
            sent
        }));
    }
    let mut sent = Vec::with_capacity(count);
    for call in calls {
        sent.push(call.await.unwrap());
    }
    (sent, began.elapsed())
}

/// What the scheduled rule does once it is deployed.
async fn sweep(client: Client) {
    let client = client.patient(Duration::from_mins(2));
    let mut minutes = tokio::time::interval(Duration::from_mins(1));
    loop {
        minutes.tick().await;
        let event = json!({"sweep": {"seconds": 50}});
        let (status, text) = client.invoke_raw("workflows", &event).await;
        assert_eq!(status, 200, "{text}");
    }
}

fn quantile(sorted: &[f64], share: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    let place = (sorted.len() as f64 * share).ceil() as usize;
    sorted
        .get(place.saturating_sub(1).min(last))
        .copied()
        .unwrap_or(f64::NAN)
}

fn number(variable: &str, otherwise: usize) -> usize {
    std::env::var(variable).map_or(otherwise, |text| text.parse().unwrap())
}
