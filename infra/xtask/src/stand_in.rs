//! The AWS stand-in with Weir's tables, secrets and first workspace: the program `dev`.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, BufReader};

use crate::children::Child;
use crate::workspace::Workspace;

/// What the stand-in says in its first line, once it serves.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Ready {
    pub(crate) workspace_id: String,
    pub(crate) keys: Keys,
    pub(crate) metrics: Metrics,
    /// Of a service account that administers the workspace.
    pub(crate) admin_api_key: String,
    /// Endpoints, region and credentials.
    pub(crate) aws: Value,
    /// The identity provider, and who can sign in there.
    pub(crate) oidc: Value,
    /// What a function needs to find all this: names and values.
    pub(crate) environment: BTreeMap<String, String>,
}

/// The keys of the first workspace, by kind.
#[derive(Clone, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Keys {
    pub(crate) write_only: String,
    pub(crate) read_write: String,
    pub(crate) sensor: String,
    pub(crate) rum: String,
    pub(crate) third_party: String,
}

/// What a short-lived token of the Metrics API is asked for with.
#[derive(Clone, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Metrics {
    pub(crate) api_key: String,
    pub(crate) client_secret: String,
}

/// Starts the stand-in on the data in `folder`; the functions will answer on the port `gateway`.
pub(crate) async fn start(
    workspace: &Workspace,
    folder: &Path,
    gateway: u16,
    fresh: bool,
) -> Result<(Child, Ready)> {
    let mut command = workspace.program(workspace.target("debug/dev"));
    command
        .arg("serve")
        .arg("--data")
        .arg(folder)
        .args(["--gateway", &gateway.to_string()]);
    if fresh {
        command.arg("--fresh");
    }
    let mut child = workspace.children.spawn_piped("the stand-in", &command)?;
    let Some(output) = child.take_output() else {
        bail!("the stand-in has no output");
    };
    let Some(line) = BufReader::new(output).lines().next_line().await? else {
        // It said why on the standard error.
        return Err(child.ended().await);
    };
    let ready = serde_json::from_str(&line).context("the stand-in's first line")?;
    Ok((child, ready))
}
