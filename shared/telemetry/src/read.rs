//! The metrics read back, as series for graphs.

mod period;
mod series;

use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::config::retry::RetryConfig;
use aws_sdk_cloudwatch::config::timeout::TimeoutConfig;
use aws_sdk_cloudwatch::error::{DisplayErrorContext, SdkError};
use aws_sdk_cloudwatch::operation::get_metric_data::GetMetricDataError;
use aws_smithy_types::DateTime;
use event::WorkspaceId;

use crate::Namespace;

pub use period::{Range, RangeError};
pub use series::{DatabaseWrites, Graphs, Point, UserEvents};

/// Attempts per call, the first one included.
const MAX_ATTEMPTS: u32 = 2;
/// An attempt that takes longer is given up.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(2);
/// A call that takes longer, with all its attempts, is given up.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(4);

/// A client for reading while somebody waits: two attempts at most, four seconds in all.
pub fn client(config: &SdkConfig) -> Client {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(ATTEMPT_TIMEOUT)
        .operation_attempt_timeout(ATTEMPT_TIMEOUT)
        .operation_timeout(OPERATION_TIMEOUT)
        .build();
    let config = aws_sdk_cloudwatch::config::Builder::from(config)
        .retry_config(RetryConfig::standard().with_max_attempts(MAX_ATTEMPTS))
        .timeout_config(timeouts)
        .build();
    Client::from_conf(config)
}

/// Reads the metrics of one namespace.
#[derive(Debug, Clone)]
pub struct Reader {
    client: Client,
    namespace: Namespace,
}

/// CloudWatch did not answer, or refused.
#[derive(Debug, thiserror::Error)]
#[error("metrics cannot be read: {}", DisplayErrorContext(.0))]
pub struct ReadError(#[from] Box<SdkError<GetMetricDataError>>);

impl Reader {
    /// Reads through this client, from the default [`Namespace`].
    pub fn new(client: Client) -> Self {
        Self::in_namespace(Namespace::default(), client)
    }

    /// Reads through this client, from that namespace.
    pub fn in_namespace(namespace: Namespace, client: Client) -> Self {
        Self { client, namespace }
    }

    /// Both graphs of a workspace over the range, by one `GetMetricData` call.
    ///
    /// A range has so few points ([`Range`]) that the answer is one page.
    pub async fn graphs(&self, workspace: &WorkspaceId, range: Range) -> Result<Graphs, ReadError> {
        let answer = self
            .client
            .get_metric_data()
            .start_time(DateTime::from_millis(range.from().as_millis()))
            .end_time(DateTime::from_millis(range.to().as_millis()))
            .scan_by(aws_sdk_cloudwatch::types::ScanBy::TimestampAscending)
            .set_metric_data_queries(Some(series::queries(&self.namespace, workspace, range)))
            .send()
            .await
            .map_err(Box::new)?;
        Ok(Graphs::collect(range, answer.metric_data_results()))
    }
}
