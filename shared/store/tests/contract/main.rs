//! The contract of the store, held against a DynamoDB of its own for each test.

#[cfg(test)]
mod accounts;
#[cfg(test)]
mod audit;
#[cfg(test)]
mod concurrency;
#[cfg(test)]
mod deletion;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod key_changes;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod live;
#[cfg(test)]
mod log;
#[cfg(test)]
mod metrics;
#[cfg(test)]
mod metrics_keys;
#[cfg(test)]
mod profiles;
#[cfg(test)]
mod refused;
#[cfg(test)]
mod remote_config;
#[cfg(test)]
mod revocation;
#[cfg(test)]
mod support;
#[cfg(test)]
mod timeline;
#[cfg(test)]
mod traffic;
#[cfg(test)]
mod units;
#[cfg(test)]
mod usage;
#[cfg(test)]
mod workspaces;
