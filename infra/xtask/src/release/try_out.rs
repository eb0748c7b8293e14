//! The functions as they are deployed, in the loop that Lambda has around each: start, answer, time out, crash
//! and come back.

use std::env::consts::ARCH;

use anyhow::{Result, bail};

use crate::stages;
use crate::workspace::Workspace;

/// Runs the tests of that loop on what was built before.
pub(super) async fn run(workspace: &Workspace, arm64: bool) -> Result<()> {
    if arm64 && ARCH != "aarch64" {
        bail!(
            "this machine cannot run programs for arm64: leave out --arm64 to try out what it can"
        );
    }
    // What they work with is the development build.
    let rest = workspace.cargo(["build", "--workspace", "--bins", "--tests", "--locked"]);
    workspace.children.run("cargo build", &rest).await?;
    let mut tests = workspace.cargo(["test", "--workspace", "--locked", "--test", "weir"]);
    tests.arg("emulator::");
    stages::end_to_end(workspace, &mut tests).await?;
    let built = workspace.target(format!("{ARCH}-unknown-linux-gnu/release"));
    tests.env("WEIR_DEPLOYED", built);
    workspace.children.run("cargo test", &tests).await
}
