//! Workflows from the call to the receiver: whole, interrupted, refused.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    reason = "a test says by panicking what went wrong, and hands over what it made"
)]

mod addresses;
mod deleted;
mod delivery;
mod interrupted;
mod limits;
mod receiver;
mod starts;
mod steps;
mod support;
mod sweeps;
