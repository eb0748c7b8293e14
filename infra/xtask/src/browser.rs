//! What runs in browsers: the snippet by itself, and Chromium against everything running.

use anyhow::Result;
use tokio::process::Command;

use crate::up::{Options, Running};
use crate::workspace::Workspace;
use crate::{chromium, ports, tools};

const SNIPPET: &str = "functions/ingest/rum";
/// The folder of what drives Chromium.
pub(crate) const TESTS: &str = "tests/browser";

/// The types and the tests of `rum.js`, its size, and that its sources build to the committed file.
pub(crate) async fn check_snippet(workspace: &Workspace) -> Result<()> {
    tools::npm_packages(workspace, SNIPPET).await?;
    let mut command = workspace.program("npm");
    command.args(["--prefix", SNIPPET, "test"]);
    workspace
        .children
        .run("the snippet's tests", &command)
        .await
}

/// Lets Chromium use a fresh system.
pub(crate) async fn check(workspace: &Workspace) -> Result<()> {
    let mut tests = workspace.program("npm");
    tests.args(["--prefix", TESTS, "test"]);
    with_everything_running(workspace, "browser", tests).await
}

/// Starts a fresh system with its data in that folder of `target`, runs the command, which finds system and
/// browser by its environment, and ends the system.
pub(crate) async fn with_everything_running(
    workspace: &Workspace,
    folder: &str,
    mut command: Command,
) -> Result<()> {
    tools::npm_packages(workspace, TESTS).await?;
    let browser = chromium::program(workspace).await?;
    let options = Options {
        port: ports::any_free()?,
        fresh: true,
    };
    let mut running = Running::start(workspace, &options, &workspace.target(folder)).await?;
    command.env("WEIR_CREDENTIALS", &running.credentials);
    command.env(chromium::VARIABLE, browser);
    tokio::select! {
        done = workspace.children.run(folder, &command) => done,
        error = running.broken() => Err(error),
    }
}
