//! The errors AWS answers with when a fault hits.

use http::StatusCode;

use super::Kind;
use crate::Service;

/// An error as its service would word it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AwsError {
    pub(crate) status: StatusCode,
    /// The shape's name, without a namespace.
    pub(crate) code: &'static str,
    pub(crate) message: &'static str,
}

const SERVER_ERROR: AwsError = AwsError {
    status: StatusCode::INTERNAL_SERVER_ERROR,
    code: "InternalServerError",
    message: "Internal server error",
};

const fn client_error(code: &'static str, message: &'static str) -> AwsError {
    AwsError {
        status: StatusCode::BAD_REQUEST,
        code,
        message,
    }
}

/// The error for a fault; none for the faults that are no answer.
pub(crate) const fn aws_error(service: Service, kind: Kind) -> Option<AwsError> {
    let throttling = match service {
        Service::CloudWatch => "Throttling",
        Service::DynamoDb | Service::SecretsManager | Service::Issuer => "ThrottlingException",
    };
    Some(match (service, kind) {
        (_, Kind::Refused | Kind::Hang | Kind::Slow(_) | Kind::AnswerLost) => return None,
        (Service::DynamoDb, Kind::Throttled | Kind::Unprocessed) => client_error(
            "ProvisionedThroughputExceededException",
            "The level of configured provisioned throughput for the table was exceeded. \
             Consider increasing your provisioning level with the UpdateTable API.",
        ),
        (_, Kind::Throttled | Kind::RateExceeded) => client_error(throttling, "Rate exceeded"),
        (Service::DynamoDb, Kind::Conflict) => client_error(
            "TransactionConflictException",
            "Transaction is ongoing for the item",
        ),
        (Service::DynamoDb, Kind::ConditionFailed) => client_error(
            "ConditionalCheckFailedException",
            "The conditional request failed",
        ),
        (_, Kind::ServerError | Kind::Conflict | Kind::ConditionFailed | Kind::Unprocessed) => {
            SERVER_ERROR
        }
    })
}
