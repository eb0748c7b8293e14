//! The formats of machines: what recorded and made-up bodies decode to, and the way through the whole
//! function on a DynamoDB in memory.

#[cfg(test)]
mod bounds;
#[cfg(test)]
mod firehose;
#[cfg(test)]
mod json_logs;
#[cfg(test)]
mod otlp;
#[cfg(test)]
mod otlp_json;
#[cfg(test)]
mod routes;
#[cfg(test)]
mod rum;
#[cfg(test)]
mod support;
