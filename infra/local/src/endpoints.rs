//! Where the services listen: loopback only.

use std::io::ErrorKind;
use std::net::Ipv4Addr;

use tokio::net::TcpListener;

use crate::{Error, Result, Service};

/// The ports to listen on; 0 takes any free one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ports {
    /// DynamoDB and DynamoDB Streams.
    pub dynamodb: u16,
    /// Secrets Manager.
    pub secrets_manager: u16,
    /// CloudWatch.
    pub cloud_watch: u16,
    /// The identity provider.
    pub issuer: u16,
}

/// The base addresses of the services, as `http://127.0.0.1:PORT`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoints {
    /// DynamoDB and DynamoDB Streams.
    pub dynamodb: String,
    /// Secrets Manager.
    pub secrets_manager: String,
    /// CloudWatch.
    pub cloud_watch: String,
    /// The identity provider.
    pub issuer: String,
}

/// A loopback listener and its base address.
pub(crate) async fn listen(service: Service, port: u16) -> Result<(TcpListener, String)> {
    let failed = |source: std::io::Error| {
        if source.kind() == ErrorKind::AddrInUse {
            return Error::PortInUse { service, port };
        }
        Error::Listen {
            service,
            port,
            source,
        }
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, format!("http://{address}")))
}
