//! The contract of the store, held against a DynamoDB of its own for each test.

#[cfg(test)]
mod concurrency;
#[cfg(test)]
mod deletion;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod log;
#[cfg(test)]
mod metrics;
#[cfg(test)]
mod profiles;
#[cfg(test)]
mod support;
#[cfg(test)]
mod timeline;
#[cfg(test)]
mod units;
