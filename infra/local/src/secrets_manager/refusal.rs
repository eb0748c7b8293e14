//! What Secrets Manager answers when it does not do as asked.

use http::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// An error answer: the exception's name and its message, which never repeats a secret's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    code: &'static str,
    message: String,
}

impl Refusal {
    pub(super) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }

    pub(super) fn not_found() -> Self {
        let message = "Secrets Manager can't find the specified secret.";
        Self::new("ResourceNotFoundException", message)
    }

    pub(super) fn no_version(what: &str) -> Self {
        let message = format!("Secrets Manager can't find the specified secret value for {what}");
        Self::new("ResourceNotFoundException", message)
    }

    pub(super) fn marked_for_deletion() -> Self {
        Self::request(
            "You can't perform this operation on the secret because it was marked for deletion.",
        )
    }

    pub(super) fn request(message: impl Into<String>) -> Self {
        Self::new("InvalidRequestException", message)
    }

    pub(super) fn parameter(message: impl Into<String>) -> Self {
        Self::new("InvalidParameterException", message)
    }

    pub(super) const fn status(&self) -> StatusCode {
        match self.code.as_bytes() {
            b"InternalServiceError" => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    pub(super) fn body(&self) -> Value {
        json!({ "__type": self.code, "Message": self.message, "message": self.message })
    }
}

/// A request's parameters.
pub(super) fn input<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    let body: Value =
        serde_json::from_slice(body).map_err(|_| Refusal::new("SerializationException", ""))?;
    serde_json::from_value(body).map_err(|error| {
        // The error's text could quote a value out of the request, a missing field's cannot.
        let text = error.to_string();
        if text.starts_with("missing field") {
            Refusal::parameter(format!("A required parameter is missing: {text}"))
        } else {
            Refusal::new("SerializationException", "")
        }
    })
}
