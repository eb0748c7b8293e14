//! Real clients against everything running, started the way `cargo xtask up` starts it.

use anyhow::Result;

use crate::up::{Options, Running};
use crate::workspace::Workspace;
use crate::{ports, syslog_ng, tools};

/// Starts a fresh system, lets the clients write to it, reads back what they wrote, and ends it.
pub(crate) async fn check(workspace: &Workspace) -> Result<()> {
    tools::npm_packages(workspace, "tests/clients").await?;
    let opentelemetry = tools::OPENTELEMETRY.programs(workspace).await?;
    let syslog_ng = match syslog_ng::program(workspace).await {
        Ok(program) => Some(program),
        Err(error) => {
            println!("syslog-ng: not checked, for it cannot be had here: {error:#}");
            None
        }
    };
    let options = Options {
        port: ports::any_free()?,
        fresh: true,
    };
    let mut running = Running::start(workspace, &options, &workspace.target("clients")).await?;
    let mut command = workspace.program("npm");
    command.args(["--prefix", "tests/clients", "test"]);
    // For the program that reads the log.
    command.envs(running.environment());
    command
        .env("WEIR_CREDENTIALS", &running.credentials)
        .env("WEIR_DEV", workspace.target("debug/dev"))
        .env("WEIR_OTEL_PYTHON", opentelemetry.join("python"));
    if let Some(program) = syslog_ng {
        command.env("WEIR_SYSLOG_NG", program);
    }
    tokio::select! {
        tested = workspace.children.run("the clients", &command) => tested,
        error = running.broken() => Err(error),
    }
}
