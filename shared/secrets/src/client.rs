//! The Secrets Manager client as this crate wants it: a few quick retries, then the caller's turn.

use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::config::retry::RetryConfig;
use aws_sdk_secretsmanager::config::timeout::TimeoutConfig;

/// Attempts per call, the first one included.
const MAX_ATTEMPTS: u32 = 3;
/// Longest pause before the second attempt; a random part of it is waited, and doubled for the next.
const INITIAL_BACKOFF: Duration = Duration::from_millis(50);
/// An attempt that takes longer is given up.
const ATTEMPT_TIMEOUT: Duration = Duration::from_millis(1_500);
/// A call that takes longer, with all its attempts, is given up.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(4);

/// A client with bounded retries: at most three attempts with random pauses, four seconds in all.
pub fn client(config: &SdkConfig) -> Client {
    let retries = RetryConfig::standard()
        .with_max_attempts(MAX_ATTEMPTS)
        .with_initial_backoff(INITIAL_BACKOFF);
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(ATTEMPT_TIMEOUT)
        .operation_attempt_timeout(ATTEMPT_TIMEOUT)
        .operation_timeout(OPERATION_TIMEOUT)
        .build();
    let config = aws_sdk_secretsmanager::config::Builder::from(config)
        .retry_config(retries)
        .timeout_config(timeouts)
        .build();
    Client::from_conf(config)
}
