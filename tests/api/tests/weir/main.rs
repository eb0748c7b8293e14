//! What Weir promises over HTTP, checked on the built programs. One module per route or promise.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a helper that fails is a test that fails"
)]

mod bad_input;
mod batch;
mod captures;
mod compression;
mod cors;
mod dashboard;
mod deletion;
mod durability;
mod emulator;
mod event_ingest;
mod exactly_once;
mod faults;
mod identity;
mod keys;
mod measuring;
mod metrics;
mod numbers_and_unicode;
mod policies;
mod profile;
mod refusals;
mod rotation;
mod samples;
mod secrecy;
mod timeline;
mod workflows;
