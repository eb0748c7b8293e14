//! How long a fresh process of each function takes to its first answer, over TLS, on a whole core and
//! on 0.15 of one; beside it, handlers in Python and in Node.js that do the least of what `ingest` does.
//!
//! From the start of the process until its answer arrives at the Lambda runtime API, which this program
//! plays. Functions are taken from `WEIR_BINARIES`, `<name>` or `<name>/bootstrap`; what is not
//! there is left out, and so are the two others where their SDK is not.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a bench prints its measures and ends at the first thing that is wrong"
)]

mod first;
mod limit;
mod runtime_api;
mod subject;
mod tls;
mod world;

use std::time::Duration;

use serde_json::json;
use testkit::TestApp;

use crate::limit::Limit;
use crate::runtime_api::RuntimeApi;
use crate::subject::Subject;
use crate::tls::TlsFront;
use crate::world::World;

/// The best of so many starts counts: what else the machine does only adds.
const RUNS: usize = 12;
/// What Lambda gives a function of about 256 MB, of one core.
const SHARE: f64 = 0.15;

/// One start.
struct Start {
    /// From the start of the process to its answer.
    wall: Duration,
    /// What it computed meanwhile.
    cpu: Duration,
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let app = TestApp::start().await;
    let front = TlsFront::start(&app.stand_in.endpoints().dynamodb).await;
    let secrets = TlsFront::start(&app.stand_in.endpoints().secrets_manager).await;
    let world = World::of(&app, &front, &secrets).await;
    println!("the best of {RUNS} starts, in ms\n");
    println!("| | whole core | CPU time | 0.15 of a core |\n|---|---|---|---|");
    let mut measures = Vec::new();
    for subject in Subject::all(&world) {
        let whole = best(&subject, &world, None).await;
        let limited = best(&subject, &world, Some(SHARE)).await;
        let (wall, cpu, slow) = (millis(whole.wall), millis(whole.cpu), millis(limited.wall));
        println!("| {} | {wall:.1} | {cpu:.1} | {slow:.0} |", subject.name);
        let (on_whole, on_share) = if subject.name == "ingest" {
            (Some(10.0), Some(80.0))
        } else {
            (None, None)
        };
        measures.push(
            json!({"name": format!("{}: start to first answer", subject.name),
            "value": wall, "unit": "ms", "atMost": on_whole}),
        );
        measures.push(
            json!({"name": format!("{}: the same at 0.15 CPU", subject.name),
            "value": slow, "unit": "ms", "atMost": on_share}),
        );
    }
    for measure in measures {
        println!("measure {measure}");
    }
}

async fn best(subject: &Subject, world: &World, share: Option<f64>) -> Start {
    let mut best: Option<Start> = None;
    for _ in 0..RUNS {
        let start = start(subject, world, share).await;
        best = Some(match best {
            None => start,
            Some(best) => Start {
                wall: best.wall.min(start.wall),
                cpu: best.cpu.min(start.cpu),
            },
        });
    }
    best.unwrap()
}

async fn start(subject: &Subject, world: &World, share: Option<f64>) -> Start {
    let mut api = RuntimeApi::serve(subject.event()).await;
    let mut command = subject.command(world, &api.address);
    let started = std::time::Instant::now();
    let mut process = command.spawn().expect("the program starts");
    let id = process.id().expect("it runs");
    let limit = share.map(|share| Limit::of(id, share));
    let answer = tokio::select! {
        answer = api.answer() => answer,
        ended = process.wait() => panic!("{} ended: {ended:?}", subject.name),
    };
    let wall = started.elapsed();
    drop(limit);
    let cpu = limit::cpu_time(id);
    process.kill().await.unwrap();
    subject.check(&answer);
    Start { wall, cpu }
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
