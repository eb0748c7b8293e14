//! All functions on one loopback port, under `cargo lambda watch`.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Result, bail};

use crate::children::Child;
use crate::workspace::Workspace;
use crate::{http, tools};

/// Longer than any built function takes to start on a busy machine.
const PATIENCE: Duration = Duration::from_mins(2);

/// The address of `cargo lambda watch`.
#[derive(Clone, Copy)]
pub(crate) struct Gateway {
    port: u16,
}

impl Gateway {
    /// Starts the gateway; a function itself starts with its first request, and again whenever
    /// code changes.
    pub(crate) async fn start(
        workspace: &Workspace,
        port: u16,
        environment: &BTreeMap<String, String>,
    ) -> Result<(Child, Self)> {
        let program = tools::LAMBDA
            .programs(workspace)
            .await?
            .join("cargo-lambda");
        let mut command = workspace.program(program);
        command.args(["lambda", "watch", "--invoke-address", "127.0.0.1"]);
        // The functions answer CORS themselves, as they do behind the real HTTP API.
        command.args(["--disable-cors", "--invoke-port", &port.to_string()]);
        command.envs(environment);
        // What the gateway does is of no interest while it works.
        command.env("RUST_LOG", "warn,watchexec=off");
        let child = workspace.children.spawn("cargo lambda watch", &command)?;
        Ok((child, Self { port }))
    }

    /// Where the HTTP API answers.
    pub(crate) fn base_url(self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Where people watch the flow.
    pub(crate) fn dashboard_url(self) -> String {
        format!("{}/dashboard", self.base_url())
    }

    /// Where the Invoke API answers, with `{function}` for the name.
    pub(crate) fn invoke_url(self) -> String {
        format!(
            "{}/2015-03-31/functions/{{function}}/invocations",
            self.base_url()
        )
    }

    /// Waits until the function has answered a request; any answer will do.
    pub(crate) async fn answers(self, workspace: &Workspace, function: &str) -> Result<()> {
        let (method, path) = probe(workspace, function);
        let answered = async {
            // The gateway itself may still be starting.
            while http::status(self.port, &method, &path, NO_RECORDS)
                .await
                .is_err()
            {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        };
        if tokio::time::timeout(PATIENCE, answered).await.is_err() {
            bail!("{function} does not answer; what it printed above says why");
        }
        Ok(())
    }
}

/// A stream delivery of nothing; an HTTP function refuses or ignores it.
const NO_RECORDS: &str = r#"{"Records":[]}"#;

/// A request that changes nothing: through the function's first route, where it has one.
fn probe(workspace: &Workspace, function: &str) -> (String, String) {
    let routes = workspace
        .routes()
        .iter()
        .filter(|route| route.function == function);
    let harmless = |method: &str| matches!(method, "OPTIONS" | "GET");
    match routes.min_by_key(|route| !harmless(&route.method)) {
        Some(route) => (
            route.method.clone(),
            route.path.replace(['{', '}', '*', '+'], ""),
        ),
        None => (
            "POST".to_owned(),
            format!("/2015-03-31/functions/{function}/invocations"),
        ),
    }
}
