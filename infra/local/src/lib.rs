//! AWS on loopback, for development and tests: DynamoDB, Secrets Manager, CloudWatch and an identity
//! provider.
//!
//! [`StandIn`] starts the four services, each on a port of its own on 127.0.0.1, in memory or on
//! disk. DynamoDB is the dynoxide library on `SQLite`; two are modules of this crate that
//! speak the protocols of the AWS SDKs, and [`issuer`] gives out tokens like those of Cognito. Every request is recorded with who sent it ([`Recorded`]),
//! and each can be made to fail ([`Fault`]). [`stream::Deliverer`] brings a table's stream to a
//! function as Lambda does.

mod clock;
mod cloud_watch;
mod dynamodb;
mod endpoints;
mod error;
mod faults;
mod files;
pub mod issuer;
mod journal;
mod recorder;
mod secrets_manager;
mod stand_in;
pub mod stream;
mod wire;

pub use dynoxide::Database;
pub use endpoints::{Endpoints, Ports};
pub use error::{Error, Result};
pub use faults::{Fault, Faults, Injected};
pub use recorder::{Permission, Recorded, Service};
pub use stand_in::StandIn;
