//! The stand-in as the real AWS SDKs see it.

#[cfg(test)]
mod clients;
#[cfg(test)]
mod cloud_watch;
#[cfg(test)]
mod cloud_watch_input;
#[cfg(test)]
mod dynamodb;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod invoke;
#[cfg(test)]
mod issuer;
#[cfg(test)]
mod on_disk;
#[cfg(test)]
mod secrets_lifecycle;
#[cfg(test)]
mod secrets_manager;
#[cfg(test)]
mod stream;
