//! The first workspace, its keys and its first admin, in the store that the environment names.
#![expect(clippy::print_stdout, reason = "a command says what it made")]

use anyhow::{Context as _, Result};
use edge::Runtime;
use event::WorkspaceId;
use keys::Bootstrap;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// The workspace's id: 1 to 32 characters of a-z, 0-9 and -
    #[arg(long)]
    workspace: WorkspaceId,
    /// What people call it; the id if absent
    #[arg(long)]
    name: Option<String>,
    /// Make one more API key of the first admin, where it has one already
    #[arg(long)]
    new_admin_key: bool,
}

/// Makes what is not there, and shows what is shown once.
pub(crate) async fn run(options: &Options) -> Result<()> {
    let runtime = Runtime::start()?;
    let secrets = keys::secrets(&runtime);
    let request = Bootstrap {
        workspace: options.workspace.clone(),
        name: options.name.clone(),
        new_admin_key: options.new_admin_key,
    };
    let made = keys::bootstrap(&runtime, &secrets, &request).await;
    let made = made.context("the workspace cannot be made")?;
    println!("workspace              {}", made.workspace);
    println!("service account        {}", made.admin_account);
    if let Some(key) = &made.admin_api_key {
        println!("admin API key          {key}");
    }
    println!("metrics key            {}", made.metrics_key_id);
    if let Some(secret) = &made.metrics_client_secret {
        println!("metrics client secret  {secret}");
    }
    println!("\n{}", made.note);
    Ok(())
}
