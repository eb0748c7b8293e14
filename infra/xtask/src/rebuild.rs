//! `cargo xtask rebuild`: all projections again, from the event log.

use std::collections::BTreeMap;
use std::process::ExitCode;

use anyhow::{Context as _, Result};

use crate::up;
use crate::workspace::Workspace;

/// Rebuilds what the environment points at, else what `cargo xtask up` is running.
pub(crate) async fn run(workspace: &Workspace) -> Result<ExitCode> {
    let build = workspace.cargo(["build", "--bin", "dev"]);
    workspace.children.run("cargo build", &build).await?;
    let mut command = workspace.program(workspace.target("debug/dev"));
    command.arg("rebuild");
    command.envs(environment(workspace)?);
    workspace.children.run("rebuild", &command).await?;
    Ok(ExitCode::SUCCESS)
}

/// What a command beside the functions must be told beyond this process's environment: nothing where
/// that names the tables, else what the functions of `cargo xtask up` were started with.
pub(crate) fn environment(workspace: &Workspace) -> Result<BTreeMap<String, String>> {
    if std::env::var_os("WEIR_TABLE_EVENTS").is_some() {
        return Ok(BTreeMap::new());
    }
    let file = workspace.target("local").join(up::ENVIRONMENT);
    let text = std::fs::read_to_string(file)
        .context("there is no store: start `cargo xtask up` first, or set WEIR_TABLE_*")?;
    Ok(serde_json::from_str(&text)?)
}
