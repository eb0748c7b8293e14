//! Eight queries over a million events in chunks, beside `DuckDB` with the same events as lines of
//! JSON. Both drop what was sent twice; CPU time of the whole process counts, since the wall clock is
//! also the machine's. The events lie in the stand-in's DynamoDB, in a process of its own, so reading
//! and unpacking them is part of each query.
//!
//! `WEIR_BENCH_EVENTS` says how many events (default 1,000,000), `WEIR_BENCH_PYTHON` which Python has
//! `DuckDB`; without it Weir's figures stand alone.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::cast_precision_loss,
    reason = "a bench prints its measures and ends at the first thing that is wrong"
)]

mod beside;
mod cpu;
mod data;
mod served;
mod texts;

use std::time::{Duration, Instant};

use query::{Answer, Engine, Format, Limits, PageLimits, Query, QueryError, Variables};
use serde_json::{Value, json};
use store::Store;

use crate::served::Served;
use crate::texts::{Text, all};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let arguments: Vec<_> = std::env::args().collect();
    match arguments.get(1).map(String::as_str) {
        Some("serve") => served::serve().await,
        Some("first") => first().await,
        _ => measure_all().await,
    }
}

async fn measure_all() {
    let count: usize = std::env::var("WEIR_BENCH_EVENTS").map_or(1_000_000, |text| {
        text.parse().expect("WEIR_BENCH_EVENTS is a number")
    });
    let served = Served::start();
    let store = served.store().await;
    let folder = tempfile::tempdir().unwrap();
    let lines = folder.path().join("events.ndjson.zst");
    let stored = data::fill(&store, count, &lines).await;
    println!("{count} events, {stored} chunks\n");

    // As long as it takes: of more events than a request has the time for, too.
    let patient = Limits {
        time_ms: 600_000,
        ..Limits::default()
    };
    let engine = engine(&store, patient);
    let theirs = beside::duckdb(&lines);
    println!(
        "| query | rows | wall ms | CPU ms | DuckDB CPU ms | ratio |\n|---|---|---|---|---|---|"
    );
    let mut ratios = Vec::new();
    for text in all() {
        let answer = run(&engine, text.ours).await.unwrap();
        let (wall, cpu) = best(&engine, text.ours).await;
        let ratio = theirs.as_ref().map(|theirs| {
            let theirs = &theirs[text.name];
            assert_eq!(rows(&answer), theirs.rows, "{}", text.name);
            cpu / theirs.cpu
        });
        row(&text, &answer, wall, cpu, ratio);
        ratios.extend(ratio);
    }
    if !ratios.is_empty() {
        let logarithms: f64 = ratios.iter().map(|ratio| ratio.ln()).sum();
        let mean = (logarithms / ratios.len() as f64).exp();
        at_most("queries: CPU beside DuckDB, geometric mean", 1.5, "x", mean);
    }
    let peak = cpu::peak_megabytes();
    at_most("queries: peak memory of the process", 1_000.0, "MB", peak);
    at_most(
        "queries: past the deadline",
        50.0,
        "ms",
        past_deadline(&store).await,
    );
    at_most(
        "queries: first answer of a fresh process",
        150.0,
        "ms",
        served.first_answer(),
    );
}

fn engine(store: &Store, limits: Limits) -> Engine {
    Engine::new(store.clone(), limits)
}

async fn run(engine: &Engine, sql: &str) -> Result<Answer, QueryError> {
    let query = Query {
        workspace: served::workspace(),
        sql: sql.to_owned(),
        variables: Variables::default(),
        now: data::END,
        started: Instant::now(),
    };
    engine.run(query).await
}

/// The least wall and CPU time of a run, in seconds; short ones are repeated within a measurement,
/// for the kernel counts in ticks of ten milliseconds.
async fn best(engine: &Engine, sql: &str) -> (f64, f64) {
    let mut least = (f64::INFINITY, f64::INFINITY);
    for _ in 0..3 {
        let (started, before) = (Instant::now(), cpu::seconds());
        let mut runs = 0.0;
        while runs < 1.0 || cpu::seconds() - before < 0.5 {
            run(engine, sql).await.unwrap();
            runs += 1.0;
        }
        let (wall, cpu) = (started.elapsed().as_secs_f64(), cpu::seconds() - before);
        least = (least.0.min(wall / runs), least.1.min(cpu / runs));
    }
    least
}

/// How late a query is ended that would take much longer than it may, in milliseconds: the worst of
/// ten.
async fn past_deadline(store: &Store) -> f64 {
    const TIME: u64 = 100;
    let limits = Limits {
        time_ms: TIME,
        ..Limits::default()
    };
    let engine = engine(store, limits);
    let mut worst = Duration::ZERO;
    for text in all().into_iter().chain([texts::HEAVY, texts::HEAVY]) {
        let started = Instant::now();
        // A query that is done sooner says nothing.
        if run(&engine, text.ours).await.is_err() {
            let late = started
                .elapsed()
                .saturating_sub(Duration::from_millis(TIME));
            worst = worst.max(late);
        }
    }
    worst.as_secs_f64() * 1e3
}

/// What a fresh process does: its first query, of one day.
async fn first() {
    let store = Served::known().store().await;
    let day = all()
        .into_iter()
        .find(|text| text.name == "one day by hour")
        .unwrap();
    let answer = run(&engine(&store, Limits::default()), day.ours)
        .await
        .unwrap();
    println!("{}", answer.row_count());
}

fn rows(answer: &Answer) -> Value {
    let one = PageLimits {
        rows: usize::MAX,
        bytes: usize::MAX,
        total: usize::MAX,
        pages: usize::MAX,
    };
    let mut page = answer.pages(Format::Json, one).unwrap().remove(0).bytes;
    // A page is open for what else is known of the answer.
    page.push(b'}');
    let mut answer: Value = serde_json::from_slice(&page).unwrap();
    answer["rows"].take()
}

fn row(text: &Text, answer: &Answer, wall: f64, cpu: f64, ratio: Option<f64>) {
    let (theirs, ratio) = match ratio {
        Some(ratio) => (format!("{:.0}", cpu / ratio * 1e3), format!("{ratio:.2}")),
        None => (String::new(), String::new()),
    };
    let (name, rows) = (text.name, answer.row_count());
    let (wall, cpu) = (wall * 1e3, cpu * 1e3);
    println!("| {name} | {rows} | {wall:.0} | {cpu:.0} | {theirs} | {ratio} |");
}

fn at_most(name: &str, target: f64, unit: &str, value: f64) {
    let line = json!({"name": name, "value": value, "unit": unit, "atMost": target});
    println!("measure {line}");
}
