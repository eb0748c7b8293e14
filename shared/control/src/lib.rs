//! Use cases of workspace and key management: what the admin API, the pages and the commands do,
//! whichever of them asks.

mod bootstrap;
mod error;

pub use bootstrap::{BOOTSTRAP_CREATOR, Bootstrapped, IntegrationKeys, bootstrap};
pub use error::ControlError;
