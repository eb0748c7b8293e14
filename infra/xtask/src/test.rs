//! `cargo xtask test`: every check and every test, in stages.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::stages::Stage;
use crate::workspace::Workspace;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only what needs no tool beside Rust's own, and no running system
    #[arg(long, conflicts_with = "stages")]
    quick: bool,
    /// The stages to run; all of them when none is named
    #[arg(value_enum)]
    stages: Vec<Stage>,
}

/// How one stage went.
struct Finished {
    stage: Stage,
    took: Duration,
    error: Option<anyhow::Error>,
}

/// Runs the stages up to the first that fails, and tells how long each took.
pub(crate) async fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    let stages = chosen(options);
    let mut finished = Vec::new();
    for stage in &stages {
        println!("\n== {stage}: {}", stage.purpose());
        let started = Instant::now();
        let error = stage.run(workspace, options.quick).await.err();
        let failed = error.is_some();
        finished.push(Finished {
            stage: *stage,
            took: started.elapsed(),
            error,
        });
        if failed {
            break;
        }
    }
    Ok(conclude(&finished, stages.len()))
}

fn chosen(options: &Options) -> Vec<Stage> {
    let in_order = Stage::ALL.into_iter();
    if options.quick {
        in_order.filter(|stage| stage.is_quick()).collect()
    } else if options.stages.is_empty() {
        in_order.collect()
    } else {
        in_order
            .filter(|stage| options.stages.contains(stage))
            .collect()
    }
}

fn conclude(finished: &[Finished], chosen: usize) -> ExitCode {
    println!();
    for Finished { stage, took, error } in finished {
        let verdict = if error.is_none() { "ok" } else { "FAILED" };
        println!(
            "{:<10} {:>7.1} s  {verdict}",
            stage.to_string(),
            took.as_secs_f64()
        );
    }
    let failed = finished.iter().filter(|it| it.error.is_some()).count();
    let passed = finished.len() - failed;
    let skipped = chosen - finished.len();
    for Finished { stage, error, .. } in finished {
        if let Some(error) = error {
            println!("{stage} failed: {error:#}");
        }
    }
    println!("stages: {passed} passed, {failed} failed, {skipped} skipped");
    if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
