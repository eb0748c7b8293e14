//! `cargo xtask bootstrap`: a workspace, its keys and its first admin.

use std::process::ExitCode;

use anyhow::Result;

use crate::rebuild::environment;
use crate::workspace::Workspace;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// The workspace's id: 1 to 32 characters of a-z, 0-9 and -
    #[arg(long)]
    workspace: String,
    /// What people call it; the id if absent
    #[arg(long)]
    name: Option<String>,
    /// Make one more API key of the first admin, where it has one already
    #[arg(long)]
    new_admin_key: bool,
}

/// Makes it where the environment points, else in what `cargo xtask up` is running.
pub(crate) async fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    let build = workspace.cargo(["build", "--bin", "dev"]);
    workspace.children.run("cargo build", &build).await?;
    let mut command = workspace.program(workspace.target("debug/dev"));
    command.args(["bootstrap", "--workspace", &options.workspace]);
    if let Some(name) = &options.name {
        command.args(["--name", name]);
    }
    if options.new_admin_key {
        command.arg("--new-admin-key");
    }
    command.envs(environment(workspace)?);
    workspace.children.run("bootstrap", &command).await?;
    Ok(ExitCode::SUCCESS)
}
