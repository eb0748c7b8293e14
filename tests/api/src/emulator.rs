//! A function under Lambda's runtime interface emulator: Lambda's own loop around a process, with its
//! time-outs, its restarts and its API for extensions, on this machine.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, bail};
use serde_json::Value;
use tempfile::TempDir;

use crate::binaries::Binaries;
use crate::guard::Guarded;
use crate::{Function, log};

/// Longer than the emulator takes to listen on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(20);

/// An emulator with one function. Dropping it ends both.
#[derive(Debug)]
pub struct Emulator {
    process: Guarded,
    port: u16,
    folder: TempDir,
}

impl Emulator {
    /// Starts the emulator; it starts the function's process with the first invocation at the latest.
    pub(crate) async fn start(
        function: Function,
        binary: &Path,
        environment: &BTreeMap<String, String>,
        timeout: Duration,
    ) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let bootstrap = folder.path().join("bootstrap");
        let pid = folder.path().join("pid");
        let script = format!(
            "#!/bin/sh\necho $$ > '{}'\nexec '{}'\n",
            pid.display(),
            binary.display()
        );
        std::fs::write(&bootstrap, script)?;
        std::fs::set_permissions(&bootstrap, std::fs::Permissions::from_mode(0o755))?;
        let (port, runtime_api) = (free_port()?, free_port()?);
        let mut command = Command::new(Binaries::emulator()?);
        command
            .arg("--runtime-interface-emulator-address")
            .arg(format!("127.0.0.1:{port}"))
            .arg("--runtime-api-address")
            .arg(format!("127.0.0.1:{runtime_api}"))
            .arg(&bootstrap)
            .current_dir(folder.path())
            .envs(environment)
            // As on Lambda.
            .env("WEIR_METRICS", "emf")
            .env("AWS_LAMBDA_FUNCTION_NAME", function.name())
            .env("AWS_LAMBDA_FUNCTION_TIMEOUT", timeout.as_secs().to_string())
            .env("AWS_SDK_UA_APP_ID", function.name());
        let emulator = Self {
            process: Guarded::start(&command, &folder.path().join("log"))?,
            port,
            folder,
        };
        emulator.until_it_listens().await?;
        Ok(emulator)
    }

    async fn until_it_listens(&self) -> Result<()> {
        let listens = async {
            while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_err() {
                tokio::time::sleep(PAUSE).await;
            }
        };
        if tokio::time::timeout(PATIENCE, listens).await.is_err() {
            bail!(
                "the emulator does not listen:\n{}",
                log::tail(&self.process)
            );
        }
        Ok(())
    }

    /// One invocation: the emulator's status and what it answers. One at a time.
    pub async fn invoke(&self, event: &Value) -> (u16, String) {
        let url = format!(
            "http://127.0.0.1:{}/2015-03-31/functions/function/invocations",
            self.port
        );
        let request = reqwest::Client::new().post(url).body(event.to_string());
        let answer = request.send().await.expect("the emulator answers");
        let status = answer.status().as_u16();
        (status, answer.text().await.expect("a text"))
    }

    /// Sends the function's process a signal, as `KILL`, `STOP` or `TERM`.
    pub fn signal(&self, signal: &str) {
        let sent = Command::new("kill")
            .args(["-s", signal, &self.process_id()])
            .status();
        assert!(sent.is_ok_and(|status| status.success()), "no signal sent");
    }

    /// The process of the function that was started last.
    pub fn process_id(&self) -> String {
        let id = std::fs::read_to_string(self.folder.path().join("pid"));
        id.expect("a process was started").trim().to_owned()
    }

    /// What the emulator and the function have printed.
    pub fn printed(&self) -> String {
        self.process.printed()
    }
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?.port())
}
