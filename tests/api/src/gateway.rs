//! The local gateway: the routes of the HTTP API and the Invoke API on one port.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::binaries::{self, Binaries};
use crate::guard::Guarded;

/// Where the gateway listens.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Gateway {
    port: u16,
}

impl Gateway {
    /// Starts `cargo lambda watch`, without its own CORS answers, as behind the real HTTP API.
    pub(crate) fn start(binaries: &Binaries, folder: &Path) -> Result<(Guarded, Self)> {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .and_then(|listener| listener.local_addr())
            .context("no free port")?
            .port();
        let mut command = Command::new(&binaries.cargo_lambda);
        command
            .current_dir(binaries::root())
            .args(["lambda", "watch", "--only-lambda-apis", "--disable-cors"])
            .args([
                "--invoke-address",
                "127.0.0.1",
                "--invoke-port",
                &port.to_string(),
            ]);
        Ok((
            Guarded::start(&command, &folder.join("gateway.log"))?,
            Self { port },
        ))
    }

    /// Whether the gateway takes connections.
    pub(crate) fn listens(self) -> bool {
        TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_ok()
    }

    /// `host:port`.
    pub(crate) fn authority(self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    pub(crate) fn base(self) -> String {
        format!("http://{}", self.authority())
    }

    pub(crate) fn runtime_api(self, function: &str) -> String {
        format!("{}/.rt/{function}", self.base())
    }

    pub(crate) fn invoke_url(self, function: &str) -> String {
        format!(
            "{}/2015-03-31/functions/{function}/invocations",
            self.base()
        )
    }
}
