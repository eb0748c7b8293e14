//! `cargo xtask cost`: what a million events cost, from prices, measured units and measured CPU time.

mod measures;
mod model;
mod prices;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use serde::de::DeserializeOwned;

use self::measures::Measures;
use self::model::{Cost, Traffic};
use self::prices::Prices;
use crate::workspace::Workspace;

/// Seconds of an average month.
const MONTH: f64 = 365.25 / 12.0 * 86_400.0;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Events per second, over the day
    #[arg(long, default_value_t = 10.0)]
    events_per_second: f64,
    /// Events that a profile has in one window of the projector
    #[arg(long, default_value_t = 1.0)]
    events_per_profile: f64,
    /// Keys that send something in one window of the projector
    #[arg(long, default_value_t = 1.0)]
    keys: f64,
    /// Memory of the functions, in MB
    #[arg(long, default_value_t = 512.0)]
    memory: f64,
    /// What a request waits for DynamoDB, in ms: a read of the key, then the put of its chunk
    #[arg(long, default_value_t = 6.0)]
    database: f64,
    /// Log lines of a request, in bytes: the access log's, and Lambda's own
    #[arg(long, default_value_t = 600.0)]
    log_bytes: f64,
    /// JSON with the prices that differ from the list prices of us-east-1
    #[arg(long)]
    prices: Option<PathBuf>,
    /// JSON with measures, as `cargo xtask bench` leaves it in target/bench/measures.json
    #[arg(long)]
    measures: Option<PathBuf>,
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    let prices: Prices = match &options.prices {
        None => Prices::default(),
        Some(path) => read(path)?,
    };
    let own = workspace.target("bench/measures.json");
    let path = options.measures.clone().or(own.exists().then_some(own));
    let measures = match &path {
        None => Measures::published()?,
        Some(path) => Measures::published()?.replaced_by(read(path)?),
    };
    match &path {
        None => println!("measures: those of docs/performance.md"),
        Some(path) => println!("measures: {}", path.display()),
    }
    let traffic = Traffic {
        events_per_second: options.events_per_second,
        events_per_profile: options.events_per_profile,
        keys: options.keys,
        memory: options.memory,
        database: options.database,
        log_bytes: options.log_bytes,
    };
    println!("\nUSD per million events, without storage and data transfer out\n");
    println!(
        "| batch | API | Lambda | log | timelines | usage | live | key reads | log lines | total |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    let mut requests = Vec::new();
    for batch in model::BATCHES {
        let cost = Cost::of(batch, &traffic, &prices, &measures)?;
        println!("{}", cost.row());
        requests.push((batch, cost.per_request()));
    }
    println!("\nA container of the same code instead of HTTP API and Lambda:\n");
    let fixed = prices.container_month();
    println!(
        "{fixed:.0} USD a month for two tasks behind a load balancer, whatever the traffic.\n"
    );
    println!("| batch | pays from, requests/s | and events/s |");
    println!("|---|---|---|");
    for (batch, per_request) in requests {
        let even = fixed / per_request / MONTH;
        println!("| {batch} | {even:.1} | {:.0} |", even * f64::from(batch));
    }
    Ok(ExitCode::SUCCESS)
}

fn read<T: DeserializeOwned>(path: &PathBuf) -> Result<T> {
    let text = std::fs::read(path).with_context(|| format!("{} is missing", path.display()))?;
    serde_json::from_slice(&text).with_context(|| format!("{}", path.display()))
}
