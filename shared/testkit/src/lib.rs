//! A whole Weir in one process, for tests.
//!
//! [`TestApp`] is a workspace on a DynamoDB in memory, with the real routers of the functions before
//! it and a clock that stands still until it is set. Requests go through the gateway's event, as they
//! do when deployed.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "what fails here fails the test that uses it"
)]

mod app;
mod clock;
mod request;
mod server;

pub use app::{ORIGIN, TestApp};
pub use clock::ManualClock;
pub use local::{Fault, Service};
pub use request::{Answer, Call};
pub use server::Server;
