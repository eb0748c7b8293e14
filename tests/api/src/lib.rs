//! The harness of the end-to-end tests: a whole Weir of built binaries on loopback.
//!
//! [`Weir`] is the AWS stand-in, `cargo lambda watch --only-lambda-apis` as the gateway, and the
//! functions as processes of their own. A test talks HTTP to the gateway and looks at the stand-in
//! through the AWS SDKs; it never calls the code of a function. Each test has a [`Tenant`] of its
//! own, so tests share one Weir without seeing each other; those that break things take one that
//! is theirs alone ([`Weir::exclusive`]).
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a harness that fails is a test that fails"
)]

mod answer;
mod binaries;
mod browser;
mod client;
mod clock;
mod cloud;
mod delivery;
mod emulator;
mod eventually;
mod functions;
mod gateway;
mod guard;
mod invocation;
mod log;
mod metrics;
mod tenant;
mod timeline;
mod weir;
mod workflows;

pub use answer::Answer;
pub use browser::Browser;
pub use client::Client;
pub use clock::now;
pub use emulator::Emulator;
pub use eventually::eventually;
pub use functions::Function;
pub use invocation::Invocation;
pub use metrics::Series;
pub use tenant::{Key, NewKey, Tenant};
pub use timeline::Timeline;
pub use weir::{Exclusive, Weir};
