//! The real SDK against everything running, started the way `cargo xtask up` starts it.

use anyhow::Result;

use crate::up::{Options, Running};
use crate::workspace::Workspace;
use crate::{ports, tools};

/// Starts a fresh system, lets the SDK's client write to it and read back, and ends it.
pub(crate) async fn check(workspace: &Workspace) -> Result<()> {
    tools::npm_packages(workspace, "tests/clients").await?;
    let options = Options {
        port: ports::any_free()?,
        fresh: true,
    };
    let mut running = Running::start(workspace, &options, &workspace.target("clients")).await?;
    let mut command = workspace.program("npm");
    command.args(["--prefix", "tests/clients", "test"]);
    command.env("WEIR_CREDENTIALS", &running.credentials);
    tokio::select! {
        tested = workspace.children.run("the SDK's client", &command) => tested,
        error = running.broken() => Err(error),
    }
}
