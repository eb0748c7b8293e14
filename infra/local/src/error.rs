//! What can go wrong when the stand-in starts or is used directly.

use std::path::PathBuf;

use crate::Service;

/// A `Result` of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Why the stand-in could not do what was asked of it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Somebody else listens on the port.
    #[error("port {port} for {service} is in use; stop the other process or choose another port")]
    PortInUse {
        /// The service that wanted the port.
        service: Service,
        /// The port asked for.
        port: u16,
    },
    /// The listener could not be opened for another reason than a busy port.
    #[error("cannot listen for {service} on 127.0.0.1:{port}")]
    Listen {
        /// The service that wanted the port.
        service: Service,
        /// The port asked for.
        port: u16,
        /// What the operating system said.
        #[source]
        source: std::io::Error,
    },
    /// A file or directory of the stand-in could not be read or written.
    #[error("cannot use {}", path.display())]
    File {
        /// The file or directory.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: std::io::Error,
    },
    /// A file of the stand-in holds something it never wrote.
    #[error("{} is damaged: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it; never a value out of it.
        reason: String,
    },
    /// The identity provider has no key to sign with.
    #[error("the identity provider's key cannot be made")]
    KeyGeneration,
    /// The DynamoDB library refused.
    #[error("DynamoDB stand-in: {0}")]
    Database(String),
    /// The table has no stream, or does not exist.
    #[error("table {table} has no stream")]
    NoStream {
        /// The table asked for.
        table: String,
    },
    /// A stream batch was refused again and again without progress.
    #[error("a stream batch of {table} failed {attempts} times in a row: {reason}")]
    Undeliverable {
        /// The table whose stream is delivered.
        table: String,
        /// How often in a row.
        attempts: u32,
        /// The last refusal.
        reason: String,
    },
}

impl From<dynoxide::DynoxideError> for Error {
    fn from(error: dynoxide::DynoxideError) -> Self {
        Self::Database(error.to_string())
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error.to_string())
    }
}
