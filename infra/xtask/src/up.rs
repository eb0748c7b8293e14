//! `cargo xtask up`: everything on this machine, on loopback.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Error, Result};
use serde_json::Value;

use crate::children::Child;
use crate::credentials::Credentials;
use crate::gateway::Gateway;
use crate::stand_in::Ready;
use crate::workspace::Workspace;
use crate::{ports, stand_in, tools};

/// What the functions of the last run were told by their environment, for other commands.
pub(crate) const ENVIRONMENT: &str = "environment.json";

#[derive(clap::Args)]
pub(crate) struct Options {
    /// The loopback port on which all functions answer
    #[arg(long, default_value_t = 9000)]
    pub(crate) port: u16,
    /// Forget what earlier runs stored
    #[arg(long)]
    pub(crate) fresh: bool,
}

/// Everything, running. Dropping it ends every process.
pub(crate) struct Running {
    stand_in: Child,
    watch: Child,
    ready: Ready,
    gateway: Gateway,
    /// The file that names the addresses and the keys.
    pub(crate) credentials: PathBuf,
}

pub(crate) async fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    let mut running = Running::start(workspace, options, &workspace.target("local")).await?;
    running.announce();
    Err(running.broken().await)
}

impl Running {
    /// Starts everything on the data in `folder`, and waits until every function has answered.
    pub(crate) async fn start(
        workspace: &Workspace,
        options: &Options,
        folder: &Path,
    ) -> Result<Self> {
        ports::ensure_free(options.port)?;
        tools::LAMBDA.programs(workspace).await?;
        // What ingestion needs comes first. Without --package the features are those of the whole
        // workspace, as under `cargo lambda watch`, so that nothing is built twice.
        println!("building the stand-in and ingest");
        build(workspace, &["--bin", "dev", "--bin", "ingest"]).await?;
        let (stand_in, ready) =
            stand_in::start(workspace, folder, options.port, options.fresh).await?;
        let credentials = folder.join("credentials.json");
        Credentials::remove(&credentials)?;
        std::fs::write(
            folder.join(ENVIRONMENT),
            serde_json::to_vec(&ready.environment)?,
        )?;
        let (watch, gateway) = Gateway::start(workspace, options.port, &ready.environment).await?;
        let mut running = Self {
            stand_in,
            watch,
            ready,
            gateway,
            credentials,
        };
        running.until_every_function_answers(workspace).await?;
        running.described().write(&running.credentials)?;
        Ok(running)
    }

    async fn until_every_function_answers(&mut self, workspace: &Workspace) -> Result<()> {
        let gateway = self.gateway;
        let environment = self.ready.environment.clone();
        let answers = async {
            gateway.answers(workspace, &environment, "ingest").await?;
            println!("ingestion serves at {}", gateway.base_url());
            println!("building the other functions");
            build(workspace, &["--workspace", "--bins"]).await?;
            for function in workspace.functions() {
                gateway.answers(workspace, &environment, function).await?;
                println!("{function} answers");
            }
            Ok(())
        };
        tokio::select! {
            answered = answers => answered,
            error = self.broken() => Err(error),
        }
    }

    /// What a program needs in its environment to find the tables.
    pub(crate) fn environment(&self) -> &BTreeMap<String, String> {
        &self.ready.environment
    }

    /// Resolves when a part ends by itself; the rest is of no use then.
    pub(crate) async fn broken(&mut self) -> Error {
        tokio::select! {
            error = self.stand_in.ended() => error,
            error = self.watch.ended() => error,
        }
    }

    fn described(&self) -> Credentials {
        Credentials {
            base_url: self.gateway.base_url(),
            invoke_url: self.gateway.invoke_url(),
            dashboard_url: Some(self.gateway.dashboard_url()),
            workspace_id: self.ready.workspace_id.clone(),
            keys: self.ready.keys.clone(),
            metrics: self.ready.metrics.clone(),
            admin_api_key: self.ready.admin_api_key.clone(),
            aws: self.ready.aws.clone(),
            oidc: self.ready.oidc.clone(),
        }
    }

    fn announce(&self) {
        let base_url = self.gateway.base_url();
        let keys = &self.ready.keys;
        println!("\nWeir is running; Ctrl-C ends it.\n");
        println!("  dashboard         {}", self.gateway.dashboard_url());
        println!("  HTTP API          {base_url}");
        println!("  Invoke API        {}", self.gateway.invoke_url());
        if let Some(issuer) = self.ready.oidc.get("issuer").and_then(Value::as_str) {
            println!("  identity provider {issuer}");
        }
        println!("  workspace         {}", self.ready.workspace_id);
        for (name, key) in [
            ("write-only key", &keys.write_only),
            ("read & write key", &keys.read_write),
            ("sensor key", &keys.sensor),
            ("RUM key", &keys.rum),
            ("third-party key", &keys.third_party),
            ("metrics key", &self.ready.metrics.api_key),
            ("client secret", &self.ready.metrics.client_secret),
            ("admin API key", &self.ready.admin_api_key),
        ] {
            println!("  {name:<17} {key}");
        }
        println!("  all of it         {}\n", self.credentials.display());
        let key = &keys.write_only;
        println!("  curl -i {base_url}/event/ingest -H 'Authorization: Bearer {key}' \\");
        println!("    -H 'Content-Type: application/json' \\");
        println!(r#"    -d '{{"name": "signed_up", "userId": "ada"}}'"#);
    }
}

async fn build(workspace: &Workspace, what: &[&str]) -> Result<()> {
    let command = workspace.cargo(["build"].iter().chain(what).copied());
    workspace.children.run("cargo build", &command).await
}
