//! `cargo xtask openapi`: the document of all routes, out of the code.

use std::process::ExitCode;

use anyhow::{Context as _, Result};

use crate::workspace::Workspace;

/// Where the document lies: `keys` serves it, and a test holds it against the code.
const DOCUMENT: &str = "functions/keys/openapi.json";

pub(crate) async fn run(workspace: &Workspace) -> Result<ExitCode> {
    let build = workspace.cargo(["build", "--bin", "dev"]);
    workspace.children.run("cargo build", &build).await?;
    let mut command = workspace.program(workspace.target("debug/dev"));
    command.arg("openapi");
    let document = workspace.children.capture("openapi", &command).await?;
    let path = workspace.path(DOCUMENT);
    std::fs::write(&path, document)
        .with_context(|| format!("{} cannot be written", path.display()))?;
    println!("{DOCUMENT} is written");
    Ok(ExitCode::SUCCESS)
}
