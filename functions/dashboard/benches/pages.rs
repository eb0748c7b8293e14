//! How long a page takes in the function: from the gateway's event to its answer, compressed.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    unreachable_pub,
    reason = "a bench prints its measures, ends at the first thing that is wrong, and uses a part"
)]

#[path = "../tests/pages/browser.rs"]
mod browser;

use std::time::{Duration, Instant};

use browser::Browser;
use policy::KeyKind;
use serde_json::json;

/// The best of so many runs counts: what else the machine does only adds.
const RUNS: usize = 200;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut app = browser::app().await;
    // A key and what it brought, so that there is something to show.
    let key = app.key(KeyKind::WriteOnly).await;
    for number in 0..60 {
        let event = json!({"name": "seen", "userId": "ann", "properties": {"number": number}});
        let answer = app
            .post("/event/ingest")
            .key(&key)
            .json(&event)
            .send()
            .await;
        assert_eq!(answer.status, 204);
    }
    app.project().await;
    let browser = Browser::of_viewer(&app).await;
    // Most of these ask the database, whose stand-in answers in the same process: its time is in them.
    for (name, path) in [
        ("home, signed in", "/dashboard"),
        ("ingest API, signed in", "/dashboard/ingest-api"),
        ("live events", "/dashboard/live"),
        ("rows of live events", "/dashboard/data/live"),
        ("getting started", "/dashboard/getting-started"),
        ("ingestion keys", "/dashboard/ingestion-keys"),
    ] {
        let mut best = Duration::MAX;
        for _ in 0..RUNS {
            let call = app
                .to_dashboard("GET", path)
                .header("cookie", &browser.header())
                .header("accept-encoding", "gzip");
            let started = Instant::now();
            let answer = call.send().await;
            best = best.min(started.elapsed());
            assert_eq!(answer.status, 200);
        }
        let line = json!({
            "name": name,
            "value": best.as_secs_f64() * 1_000.0,
            "unit": "ms",
            "atMost": 5,
        });
        println!("measure {line}");
    }
}
