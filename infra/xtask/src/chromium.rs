//! The browser of the browser tests: one that is there, else Debian's.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use tokio::process::Command;

use crate::workspace::Workspace;

/// Names a browser that is to be used whatever else is there.
pub(crate) const VARIABLE: &str = "WEIR_CHROMIUM";

/// What Chromium is called by those who package it.
const NAMES: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// The path of the program; installs it where it is missing.
pub(crate) async fn program(workspace: &Workspace) -> Result<PathBuf> {
    if let Some(named) = std::env::var_os(VARIABLE) {
        return Ok(named.into());
    }
    if let Some(found) = NAMES.into_iter().find_map(on_path) {
        return Ok(found);
    }
    install(workspace).await?;
    on_path("chromium").context("the package chromium has brought no program of that name")
}

async fn install(workspace: &Workspace) -> Result<()> {
    println!("installing Debian's package chromium");
    let as_root = rustix::process::geteuid().is_root();
    let apt = async |arguments: &[&str]| {
        let mut command = Command::new(if as_root { "apt-get" } else { "sudo" });
        if !as_root {
            // Without asking: nobody may be there to answer.
            command.args(["--non-interactive", "apt-get"]);
        }
        command.arg("--quiet").args(arguments);
        workspace.children.run("apt-get", &command).await
    };
    let package = ["install", "--yes", "--no-install-recommends", "chromium"];
    if on_path("apt-get").is_some() {
        if apt(&package).await.is_ok() {
            return Ok(());
        }
        // The list of packages may be missing or old.
        if apt(&["update"]).await.is_ok() && apt(&package).await.is_ok() {
            return Ok(());
        }
    }
    bail!("the browser tests need Chromium: install it, or name one in {VARIABLE}")
}

/// The first program of that name in the folders of `PATH`.
fn on_path(name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders)
        .map(|folder| folder.join(name))
        .find(|program| program.is_file())
}
