//! The DynamoDB client as this crate wants it: a few quick retries, then the caller's turn.

use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;

/// Attempts per call, the first one included.
const MAX_ATTEMPTS: u32 = 3;
/// Longest pause before the second attempt; a random part of it is waited, and doubled for the next.
const INITIAL_BACKOFF: Duration = Duration::from_millis(50);
/// Longest pause before any attempt.
const MAX_BACKOFF: Duration = Duration::from_millis(500);
/// An attempt that takes longer is given up: DynamoDB answers within tens of milliseconds or not.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(1);
/// A call that takes longer, with all its attempts, is given up.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(3);
/// Longest wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_millis(900);

/// A client with bounded retries: at most three attempts with random pauses, three seconds in all.
///
/// A caller that still gets an error answers its own caller, who may retry: a request held open
/// longer would cost more than it is worth.
pub fn client(config: &SdkConfig) -> Client {
    let retries = RetryConfig::standard()
        .with_max_attempts(MAX_ATTEMPTS)
        .with_initial_backoff(INITIAL_BACKOFF)
        .with_max_backoff(MAX_BACKOFF);
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .operation_attempt_timeout(ATTEMPT_TIMEOUT)
        .operation_timeout(OPERATION_TIMEOUT)
        .build();
    let config = aws_sdk_dynamodb::config::Builder::from(config)
        .retry_config(retries)
        .timeout_config(timeouts)
        .build();
    Client::from_conf(config)
}
