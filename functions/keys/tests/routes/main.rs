//! The routes of `keys`, through the whole product on a DynamoDB in memory.

#[cfg(test)]
mod access;
#[cfg(test)]
mod audit;
#[cfg(test)]
mod audited;
#[cfg(test)]
mod bootstrap;
#[cfg(test)]
mod change;
#[cfg(test)]
mod cost;
#[cfg(test)]
mod create;
#[cfg(test)]
mod document;
#[cfg(test)]
mod list;
#[cfg(test)]
mod metrics_key;
#[cfg(test)]
mod paths;
#[cfg(test)]
mod policy_change;
#[cfg(test)]
mod remote_config;
#[cfg(test)]
mod revocation;
#[cfg(test)]
mod rotation;
#[cfg(test)]
mod service_accounts;
#[cfg(test)]
mod settings;
#[cfg(test)]
mod support;
#[cfg(test)]
mod usage;
#[cfg(test)]
mod walk;
#[cfg(test)]
mod workflows;
