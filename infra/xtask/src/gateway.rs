//! All functions on one loopback port, under `cargo lambda watch`.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Result, bail};
use serde_json::json;

use crate::children::Child;
use crate::routes::Route;
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
    pub(crate) async fn answers(
        self,
        workspace: &Workspace,
        environment: &BTreeMap<String, String>,
        function: &str,
    ) -> Result<()> {
        let Probe { method, path, body } = probe(workspace.routes(), environment, function);
        let answered = async {
            // The gateway itself may still be starting.
            while http::status(self.port, &method, &path, &body)
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
/// The function that Secrets Manager asks.
const ROTATION: &str = "rotation";

/// A request that changes nothing.
#[derive(Debug, PartialEq, Eq)]
struct Probe {
    method: String,
    path: String,
    body: String,
}

/// Through the function's first route, where it has one.
fn probe(routes: &[Route], environment: &BTreeMap<String, String>, function: &str) -> Probe {
    let routes = routes.iter().filter(|route| route.function == function);
    let harmless = |method: &str| matches!(method, "OPTIONS" | "GET");
    match routes.min_by_key(|route| !harmless(&route.method)) {
        Some(route) => Probe {
            method: route.method.clone(),
            path: route.path.replace(['{', '}', '*', '+'], ""),
            body: NO_RECORDS.to_owned(),
        },
        None => Probe {
            method: "POST".to_owned(),
            path: format!("/2015-03-31/functions/{function}/invocations"),
            body: if function == ROTATION {
                nothing_to_tell(environment)
            } else {
                NO_RECORDS.to_owned()
            },
        },
    }
}

/// The one step of a rotation in which nothing is done: nobody else keeps the keys of a ring.
fn nothing_to_tell(environment: &BTreeMap<String, String>) -> String {
    let secret = environment.get("WEIR_SECRET_SESSION_KEYS");
    json!({
        "Step": "setSecret",
        "SecretId": secret.map(String::as_str).unwrap_or_default(),
        "ClientRequestToken": "00000000-0000-0000-0000-000000000000",
    })
    .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_asked_what_it_understands_and_changes_nothing_for() {
        let route = |method: &str, path: &str| Route {
            path: path.to_owned(),
            method: method.to_owned(),
            function: "keys".to_owned(),
        };
        let routes = [route("POST", "/a"), route("GET", "/b/{id}")];
        let secret = ("WEIR_SECRET_SESSION_KEYS", "weir/session-keys");
        let environment = BTreeMap::from([(secret.0.to_owned(), secret.1.to_owned())]);
        let asked = |function| probe(&routes, &environment, function);
        let keys = asked("keys");
        assert_eq!((keys.method.as_str(), keys.path.as_str()), ("GET", "/b/id"));
        let projector = asked("projector");
        assert_eq!(
            projector.path,
            "/2015-03-31/functions/projector/invocations"
        );
        assert_eq!(projector.body, NO_RECORDS);
        let body: serde_json::Value = serde_json::from_str(&asked("rotation").body).unwrap();
        assert_eq!(
            (&body["Step"], &body["SecretId"]),
            (&json!("setSecret"), &json!("weir/session-keys"))
        );
    }
}
