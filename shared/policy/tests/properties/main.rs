//! What holds for every key, address, name and policy, not only for the examples someone thought
//! of: each guarantee is checked on generated input, most against a naive second opinion.
#![expect(
    clippy::unwrap_used,
    reason = "a helper that fails is a test that fails"
)]

mod addresses;
mod documents;
mod dry_runs;
mod events;
mod keys;
mod networks;
mod verdicts;
