//! `POST /metrics/auth/token` through the whole function, against a DynamoDB and a Secrets Manager in
//! memory.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what fails here fails the test"
)]

mod attempts;
mod exchange;
mod signing;
mod support;
