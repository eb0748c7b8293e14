//! `cargo xtask pictures`: the pictures of the README, taken of a fresh Weir with traffic.

use std::process::ExitCode;

use anyhow::Result;

use crate::browser;
use crate::workspace::Workspace;

/// Where the README finds them.
const FOLDER: &str = "docs/pictures";

#[derive(clap::Args)]
pub(crate) struct Options {
    /// For how many minutes events are sent before the pictures are taken: so long are the graphs
    #[arg(long, default_value_t = 12)]
    minutes: u32,
}

pub(crate) async fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    let mut script = workspace.program("node");
    script
        .arg(workspace.path(browser::TESTS).join("pictures/take.js"))
        .arg(workspace.path(FOLDER))
        .arg(options.minutes.to_string());
    browser::with_everything_running(workspace, "pictures", script).await?;
    Ok(ExitCode::SUCCESS)
}
