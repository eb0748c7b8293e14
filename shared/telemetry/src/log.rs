//! The log: JSON for a machine, lines for a person.

use std::io;

use tracing::Level;
use tracing_subscriber::filter::{ParseError, Targets, filter_fn};
use tracing_subscriber::fmt::layer;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::registry;
use tracing_subscriber::util::{SubscriberInitExt, TryInitError};

/// Libraries that write requests, with their bodies and credentials, into their more talkative levels.
const TALKATIVE: [&str; 6] = ["aws_", "h2", "hyper", "lambda_", "rustls", "tower"];

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object per line on standard output: on Lambda.
    Json,
    /// One line of text on standard error: on a developer's machine.
    Human,
}

/// Why the log could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The filter is not of the form `info` or `info,edge=debug`.
    #[error("the log filter is malformed")]
    Filter(#[from] ParseError),
    /// The process has a log already.
    #[error("the log is set up already")]
    Twice(#[from] TryInitError),
}

/// Sets up the log of the process, once.
///
/// `filter` is a level (`warn`) or a list of levels by module (`info,edge=debug`). Whatever it says,
/// the log holds no body, no secret and no address: Weir's crates write none, and the libraries that
/// would are heard only from `info` upwards.
pub fn init_tracing(format: LogFormat, filter: &str) -> Result<(), LogError> {
    let filter: Targets = filter.parse()?;
    let discreet = filter_fn(|metadata| is_discreet(metadata.target(), *metadata.level()));
    let lines = match format {
        LogFormat::Json => layer()
            .json()
            .flatten_event(true)
            .with_filter(discreet)
            .boxed(),
        LogFormat::Human => layer()
            .compact()
            .with_writer(io::stderr)
            .with_filter(discreet)
            .boxed(),
    };
    registry().with(filter).with(lines).try_init()?;
    Ok(())
}

fn is_discreet(target: &str, level: Level) -> bool {
    level <= Level::INFO || !TALKATIVE.iter().any(|library| target.starts_with(library))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_that_write_requests_out_are_heard_from_info_upwards() {
        assert!(is_discreet("aws_smithy_runtime::client", Level::WARN));
        assert!(!is_discreet("aws_smithy_runtime::client", Level::DEBUG));
        assert!(!is_discreet("lambda_runtime::layers", Level::TRACE));
        assert!(is_discreet("edge::gate", Level::TRACE));
    }

    #[test]
    fn a_malformed_filter_is_an_error() {
        let error = init_tracing(LogFormat::Human, "edge=loud").unwrap_err();
        assert!(matches!(error, LogError::Filter(_)));
    }
}
