//! Every fuzz target for some seconds.

use anyhow::{Context as _, Result};
use tokio::process::Command;

use crate::tools;
use crate::workspace::Workspace;

const FOLDER: &str = "fuzz";
/// For each target, in seconds, behind its committed corpus.
const TIME: u32 = 2;
/// What one input may take.
const TIMEOUT: u32 = 10;
/// In MB; the targets' own limit is stricter.
const MEMORY: u32 = 1024;
/// Bodies are larger, and made of the same parts.
const MAX_BYTES: u32 = 65_536;

/// Builds the targets, runs each on its corpus and then on what it makes of it.
///
/// New inputs are kept under `target`, and the next run begins with them; the committed corpus stays
/// as it is. An input that breaks a target is left in `fuzz/artifacts`.
pub(crate) async fn check(workspace: &Workspace) -> Result<()> {
    let manifest = format!("{FOLDER}/Cargo.toml");
    let format = workspace.cargo(["fmt", "--manifest-path", &manifest, "--check"]);
    workspace.children.run("cargo fmt", &format).await?;
    pin(workspace).context("the versions of the dependencies")?;
    let program = tools::CHECKS.programs(workspace).await?.join("cargo-fuzz");
    let command = || {
        let mut command = workspace.program(&program);
        // The instrumentation is in the stable compiler, behind its name as a nightly one.
        command.env("RUSTC_BOOTSTRAP", "1");
        command
    };
    let mut list = command();
    list.args(["list", "--fuzz-dir", FOLDER]);
    let targets = workspace.children.capture("cargo fuzz list", &list).await?;

    let mut build = command();
    configured(&mut build, "build", workspace);
    workspace.children.run("cargo fuzz build", &build).await?;
    for target in targets.lines() {
        let found = workspace.target("fuzz/corpus").join(target);
        std::fs::create_dir_all(&found).context("a folder for new inputs")?;
        let mut run = command();
        configured(&mut run, "run", workspace);
        run.arg(target)
            .arg(&found)
            .arg(workspace.path(FOLDER).join("corpus").join(target))
            .arg("--")
            .args([
                format!("-max_total_time={TIME}"),
                format!("-timeout={TIMEOUT}"),
                format!("-rss_limit_mb={MEMORY}"),
                format!("-max_len={MAX_BYTES}"),
                "-verbosity=0".to_owned(),
                "-print_funcs=0".to_owned(),
            ]);
        let name = format!("the fuzz target {target}");
        workspace.children.run(&name, &run).await?;
        println!("{target}: nothing found");
    }
    Ok(())
}

/// Lets the targets be built with the very versions that the functions are built with. What only the
/// targets need is added by cargo.
fn pin(workspace: &Workspace) -> Result<()> {
    let folder = workspace.target("fuzz");
    let stamp = folder.join("workspace.lock");
    let pinned = std::fs::read(workspace.path("Cargo.lock"))?;
    let own = workspace.path(FOLDER).join("Cargo.lock");
    if own.is_file() && std::fs::read(&stamp).is_ok_and(|present| present == pinned) {
        return Ok(());
    }
    std::fs::create_dir_all(folder)?;
    std::fs::write(own, &pinned)?;
    Ok(std::fs::write(stamp, pinned)?)
}

fn configured(command: &mut Command, subcommand: &str, workspace: &Workspace) {
    command
        .args([subcommand, "--fuzz-dir", FOLDER])
        // The sanitizers need a nightly compiler; there is no unsafe code for them to watch.
        .args(["--sanitizer", "none"])
        .arg("--target-dir")
        .arg(workspace.target("fuzz"));
}
