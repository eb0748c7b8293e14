//! The functions as they are deployed, in the loop that Lambda has around each: start, answer, time out, crash
//! and come back.

use std::env::consts::ARCH;

use anyhow::{Result, bail};

use crate::stages;
use crate::workspace::Workspace;

/// Runs the tests of that loop on these functions as they were built before; the others are development builds.
pub(super) async fn run(workspace: &Workspace, functions: &[&str], arm64: bool) -> Result<()> {
    if arm64 && ARCH != "aarch64" {
        bail!(
            "this machine cannot run programs for arm64: leave out --arm64 to try out what it can"
        );
    }
    let folder = workspace.target(format!("{ARCH}-unknown-linux-gnu/release"));
    let built: Vec<_> = functions.iter().map(|name| folder.join(name)).collect();
    if let Some(missing) = built.iter().find(|binary| !binary.is_file()) {
        bail!("{} is missing", missing.display());
    }
    // What they work with is the development build.
    let rest = workspace.cargo(["build", "--workspace", "--bins", "--tests", "--locked"]);
    workspace.children.run("cargo build", &rest).await?;
    let mut tests = workspace.cargo(["test", "--workspace", "--locked", "--test", "weir"]);
    tests.arg("emulator::");
    stages::end_to_end(workspace, &mut tests).await?;
    tests.env("WEIR_DEPLOYED", std::env::join_paths(built)?);
    workspace.children.run("cargo test", &tests).await
}
