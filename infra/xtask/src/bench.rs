//! `cargo xtask bench`: the measures, and a table that holds them against their targets.

use std::collections::BTreeMap;
use std::process::ExitCode;

use anyhow::Result;
use serde::Deserialize;
use tokio::io::{AsyncBufReadExt as _, BufReader};

use crate::tools;
use crate::workspace::Workspace;

/// How a bench program tells a measure: one line of JSON after this word.
const MARK: &str = "measure ";
/// The bench program that runs another engine beside ours.
const BESIDE_DUCKDB: &str = "queries";
/// The bench program that runs all functions behind the gateway.
const BEHIND_THE_GATEWAY: &str = "triggers";
/// The bench programs with the SQL engine in them, or beside them, and the profile that they have for it.
const WITH_ENGINE: [&str; 3] = [BESIDE_DUCKDB, BEHIND_THE_GATEWAY, "kept"];
const ENGINE: &str = "engine";
/// The bench programs that start functions as they are deployed.
const START_FUNCTIONS: [&str; 2] = ["start", BESIDE_OTHERS];
/// The bench program that starts handlers in other languages beside ours.
const BESIDE_OTHERS: &str = "cold-start";
/// Where those handlers and their packages are.
const OTHERS: &str = "infra/dev/benches/cold_start/others";

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only the bench programs whose name contains this text
    filter: Option<String>,
}

/// One number and what it should be.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Measure {
    name: String,
    value: f64,
    unit: String,
    #[serde(default)]
    at_least: Option<f64>,
    #[serde(default)]
    at_most: Option<f64>,
}

impl Measure {
    fn is_met(&self) -> bool {
        self.at_least.is_none_or(|least| self.value >= least)
            && self.at_most.is_none_or(|most| self.value <= most)
    }

    /// A row of a Markdown table.
    fn row(&self) -> String {
        let target = match (self.at_least, self.at_most) {
            (Some(least), _) => format!(">= {}", short(least)),
            (None, Some(most)) => format!("<= {}", short(most)),
            (None, None) => String::new(),
        };
        let verdict = match (target.is_empty(), self.is_met()) {
            (true, _) => "",
            (false, true) => "met",
            (false, false) => "MISSED",
        };
        format!(
            "| {} | {} {} | {target} | {verdict} |",
            self.name,
            short(self.value),
            self.unit
        )
    }
}

/// Runs the bench programs one after the other, and fails when a target is missed.
pub(crate) async fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    let mut chosen = workspace.benches();
    if let Some(filter) = &options.filter {
        chosen.retain(|(_, bench)| bench.contains(filter.as_str()));
    }
    if chosen
        .iter()
        .any(|(_, bench)| START_FUNCTIONS.contains(bench))
    {
        let mut build = workspace.cargo(["build", "--release"]);
        for function in workspace.functions() {
            build.args(["--bin", function]);
        }
        workspace
            .children
            .run("cargo build --release", &build)
            .await?;
    }
    let mut measures = Vec::new();
    for (package, bench) in chosen {
        measures.extend(measure(workspace, package, bench).await?);
    }
    save(workspace, &measures)?;
    println!("\n| measure | value | target | |\n|---|---|---|---|");
    for measure in &measures {
        println!("{}", measure.row());
    }
    let missed = measures.iter().filter(|measure| !measure.is_met()).count();
    println!(
        "\nmeasures: {} passed, {missed} failed",
        measures.len() - missed
    );
    Ok(if missed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Leaves the measures for `cargo xtask cost`, beside those of earlier runs.
fn save(workspace: &Workspace, measures: &[Measure]) -> Result<()> {
    let folder = workspace.target("bench");
    std::fs::create_dir_all(&folder)?;
    let path = folder.join("measures.json");
    let mut all: BTreeMap<String, f64> = match std::fs::read(&path) {
        Ok(text) => serde_json::from_slice(&text)?,
        Err(_) => BTreeMap::new(),
    };
    all.extend(measures.iter().map(|it| (it.name.clone(), it.value)));
    std::fs::write(path, serde_json::to_vec_pretty(&all)?)?;
    Ok(())
}

/// Runs one bench program, and passes on what it prints beside its measures.
async fn measure(workspace: &Workspace, package: &str, bench: &str) -> Result<Vec<Measure>> {
    println!("\n== {package}: {bench}");
    let mut command = workspace.cargo(["bench", "--workspace", "--bench", bench]);
    if WITH_ENGINE.contains(&bench) {
        command.args(["--profile", ENGINE]);
    }
    command.env("WEIR_BINARIES", workspace.target("release"));
    if bench == BESIDE_DUCKDB {
        let programs = tools::GOLDEN.programs(workspace).await?;
        command.env("WEIR_BENCH_PYTHON", programs.join("python"));
    }
    if bench == BEHIND_THE_GATEWAY {
        let programs = tools::LAMBDA.programs(workspace).await?;
        // With the bench, which takes part in choosing features: else the engine is built twice.
        let mut build = workspace.cargo(["build", "--workspace", "--bins", "--bench", bench]);
        build.args(["--profile", ENGINE]);
        workspace.children.run("cargo build", &build).await?;
        command
            .env("WEIR_CARGO_LAMBDA", programs.join("cargo-lambda"))
            .env("WEIR_BINARIES", workspace.target(ENGINE));
    }
    if bench == BESIDE_OTHERS {
        let programs = tools::TEMPLATE.programs(workspace).await?;
        tools::npm_packages(workspace, OTHERS).await?;
        command
            .env("WEIR_BOTO3_PYTHON", programs.join("python"))
            .env("WEIR_SDK_V3_NODE", tools::in_path("node")?)
            .env("WEIR_SDK_V3_MODULES", workspace.path(OTHERS));
    }
    let mut child = workspace.children.spawn_piped(bench, &command)?;
    let mut measures = Vec::new();
    if let Some(output) = child.take_output() {
        let mut lines = BufReader::new(output).lines();
        while let Some(line) = lines.next_line().await? {
            match line.strip_prefix(MARK) {
                Some(json) => measures.push(serde_json::from_str(json)?),
                None => println!("{line}"),
            }
        }
    }
    let status = child.wait().await?;
    if !status.success() {
        anyhow::bail!("{bench}: {status}");
    }
    Ok(measures)
}

/// `1234567.8` as `1.23M`, `0.5` as `0.5`.
fn short(value: f64) -> String {
    match value.abs() {
        1e6.. => format!("{:.2}M", value / 1e6),
        1e4.. => format!("{:.1}k", value / 1e3),
        100.0.. => format!("{value:.0}"),
        _ => format!("{}", (value * 100.0).round() / 100.0),
    }
}

#[cfg(test)]
mod tests {
    use super::Measure;

    #[test]
    fn a_measure_is_held_against_its_target() {
        let row = |json: &str| serde_json::from_str::<Measure>(json).unwrap().row();
        let json =
            r#"{"name": "decode", "value": 1580000, "unit": "events/s", "atLeast": 1500000}"#;
        assert_eq!(row(json), "| decode | 1.58M events/s | >= 1.50M | met |");
        let json = r#"{"name": "write units", "value": 151.2, "unit": "per 1,000", "atMost": 150}"#;
        assert_eq!(
            row(json),
            "| write units | 151 per 1,000 | <= 150 | MISSED |"
        );
        assert_eq!(
            row(r#"{"name": "curve", "value": 0.5, "unit": "x"}"#),
            "| curve | 0.5 x |  |  |"
        );
    }
}
