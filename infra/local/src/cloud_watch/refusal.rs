//! What CloudWatch answers when it does not do as asked.

use std::collections::BTreeMap;

use http::StatusCode;

use super::cbor;
use crate::faults::AwsError;

/// An error answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    status: StatusCode,
    /// The code of the older query protocol, which the SDKs go by.
    code: &'static str,
    message: String,
}

impl Refusal {
    fn sender(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            code,
            message: message.into(),
        }
    }

    pub(super) fn value(message: impl Into<String>) -> Self {
        Self::sender("InvalidParameterValue", message)
    }

    pub(super) fn missing(parameter: &str) -> Self {
        Self::sender(
            "MissingParameter",
            format!("The parameter {parameter} is required."),
        )
    }

    pub(super) fn combination(message: impl Into<String>) -> Self {
        Self::sender("InvalidParameterCombination", message)
    }

    pub(super) fn validation(message: impl Into<String>) -> Self {
        Self::sender("ValidationError", message)
    }

    pub(super) fn next_token() -> Self {
        Self::sender("InvalidNextToken", "The next token is invalid.")
    }

    pub(super) fn serialization(message: &str) -> Self {
        Self::sender("SerializationException", message)
    }

    pub(super) fn unknown_operation() -> Self {
        let message = "The stand-in has PutMetricData, GetMetricData, GetMetricStatistics and \
                       ListMetrics.";
        Self {
            status: StatusCode::NOT_FOUND,
            code: "UnknownOperationException",
            message: message.into(),
        }
    }

    pub(super) fn too_large() -> Self {
        Self {
            status: StatusCode::PAYLOAD_TOO_LARGE,
            code: "RequestEntityTooLarge",
            message: "The request is too large.".into(),
        }
    }

    pub(super) fn internal() -> Self {
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            code: "InternalServiceError",
            message: "The request processing has failed.".into(),
        }
    }

    pub(super) fn from_fault(error: AwsError) -> Self {
        Self {
            status: error.status,
            code: error.code,
            message: error.message.into(),
        }
    }

    pub(super) const fn status(&self) -> StatusCode {
        self.status
    }

    /// The header that names the error.
    pub(super) fn query_error(&self) -> String {
        let at_fault = if self.status.is_server_error() {
            "Receiver"
        } else {
            "Sender"
        };
        format!("{};{at_fault}", self.code)
    }

    pub(super) fn body(&self) -> Vec<u8> {
        let kind = match self.code {
            "InvalidParameterValue" => "InvalidParameterValueException",
            "MissingParameter" => "MissingRequiredParameterException",
            "InvalidParameterCombination" => "InvalidParameterCombinationException",
            "InternalServiceError" => "InternalServiceFault",
            other => other,
        };
        let kind = format!("com.amazonaws.cloudwatch#{kind}");
        let body = BTreeMap::from([("__type", kind.as_str()), ("message", &self.message)]);
        cbor::encode(&body).unwrap_or_default()
    }
}
