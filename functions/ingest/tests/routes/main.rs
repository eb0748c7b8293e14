//! The routes of `ingest`, through the whole function on a DynamoDB in memory.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a test names what it is about and lumps the rest"
)]

#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod browsers;
#[cfg(test)]
mod events;
#[cfg(test)]
mod exactly_once;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod measuring;
#[cfg(test)]
mod preflight;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod remote_config;
#[cfg(test)]
mod snippet;
