//! What runs in browsers: the snippet by itself, and Chromium against everything running.

use anyhow::Result;

use crate::up::{Options, Running};
use crate::workspace::Workspace;
use crate::{chromium, ports, tools};

const SNIPPET: &str = "functions/ingest/rum";
const TESTS: &str = "tests/browser";

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

/// Starts a fresh system, lets Chromium use it, and ends it.
pub(crate) async fn check(workspace: &Workspace) -> Result<()> {
    tools::npm_packages(workspace, TESTS).await?;
    let browser = chromium::program(workspace).await?;
    let options = Options {
        port: ports::any_free()?,
        fresh: true,
    };
    let mut running = Running::start(workspace, &options, &workspace.target("browser")).await?;
    let mut command = workspace.program("npm");
    command.args(["--prefix", TESTS, "test"]);
    command.env("WEIR_CREDENTIALS", &running.credentials);
    command.env(chromium::VARIABLE, browser);
    tokio::select! {
        tested = workspace.children.run("the browser tests", &command) => tested,
        error = running.broken() => Err(error),
    }
}
