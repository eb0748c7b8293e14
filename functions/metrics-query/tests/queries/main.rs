//! The routes of `metrics-query`, behind the gateway's events, on a DynamoDB in memory.

#[cfg(test)]
mod access;
#[cfg(test)]
mod answers;
#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod document;
#[cfg(test)]
mod fence;
#[cfg(test)]
mod formats;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod kept;
#[cfg(test)]
mod log;
#[cfg(test)]
mod metrics;
#[cfg(test)]
mod once;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod support;
#[cfg(test)]
mod tables;
#[cfg(test)]
mod tokens;
#[cfg(test)]
mod turns;
#[cfg(test)]
mod values;
