//! The stand-in in a process of its own, so that its CPU time is not the query's.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use aws_config::{BehaviorVersion, Region};
use aws_sdk_dynamodb::config::Credentials;
use event::WorkspaceId;
use store::{Store, Tables};
use telemetry::Metrics;
use testkit::TestApp;

/// How the address of DynamoDB reaches another process of this program.
const ADDRESS: &str = "WEIR_BENCH_DYNAMODB";

/// A DynamoDB with Weir's tables and a workspace.
pub(crate) struct Served {
    address: String,
    server: Option<Child>,
}

/// The workspace that the stand-in has.
pub(crate) fn workspace() -> WorkspaceId {
    WorkspaceId::parse("test").unwrap()
}

/// Serves until standard input ends, which it does with the parent.
pub(crate) async fn serve() {
    let app = TestApp::start().await;
    println!("{}", app.stand_in.endpoints().dynamodb);
    tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()))
        .await
        .unwrap()
        .unwrap();
}

impl Served {
    pub(crate) fn start() -> Self {
        let mut server = this("serve")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut address = String::new();
        let output = server.stdout.take().unwrap();
        BufReader::new(output).read_line(&mut address).unwrap();
        Self {
            address: address.trim().to_owned(),
            server: Some(server),
        }
    }

    /// The one that another process has started.
    pub(crate) fn known() -> Self {
        Self {
            address: std::env::var(ADDRESS).unwrap(),
            server: None,
        }
    }

    pub(crate) async fn store(&self) -> Store {
        let aws = aws_config::defaults(BehaviorVersion::latest())
            .endpoint_url(&self.address)
            .region(Region::from_static("local"))
            .credentials_provider(Credentials::new("test", "test", None, None, "test"))
            .load()
            .await;
        let metrics = Metrics::off();
        // As the test application names them.
        let tables = Tables {
            control: "control".to_owned(),
            events: "events".to_owned(),
            profiles: "profiles".to_owned(),
            activity: "activity".to_owned(),
            runs: "runs".to_owned(),
        };
        Store::new(store::client(&aws), tables, metrics)
    }

    /// From the start of a process to its first answer, the least of five, in milliseconds.
    pub(crate) fn first_answer(&self) -> f64 {
        let first = || {
            let started = Instant::now();
            let mut child = this("first");
            let child = child.env(ADDRESS, &self.address).stdout(Stdio::piped());
            let output = child.output().unwrap();
            assert!(output.status.success());
            assert_eq!(String::from_utf8(output.stdout).unwrap().trim(), "24");
            started.elapsed().as_secs_f64() * 1e3
        };
        (0..5).map(|_| first()).fold(f64::INFINITY, f64::min)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        if let Some(server) = &mut self.server {
            drop(server.stdin.take());
            server.wait().unwrap();
        }
    }
}

/// Another process of this program.
fn this(mode: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.arg(mode);
    command
}
