//! What the use cases answer where they do not come to their end, as HTTP.

use axum::response::{IntoResponse, Response};
use control::{ControlError, FieldError};
use edge::{InvalidField, Problem};
use secrets::SecretsError;

/// The error of a handler.
#[derive(Debug)]
pub(crate) struct Failure(Problem);

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl From<ControlError> for Failure {
    fn from(error: ControlError) -> Self {
        Self(match error {
            ControlError::Store(error) => error.into(),
            ControlError::Secrets(error) => of_secrets(error),
            ControlError::Invalid(errors) => Problem::InvalidFields {
                errors: errors.into_iter().map(field).collect(),
            },
            ControlError::InvalidCursor => Problem::InvalidParameter {
                name: "cursor",
                message: "is not one that was given out for this list".into(),
            },
            ControlError::NoSuchKey => Problem::NotFound,
            ControlError::NotRevealable => Problem::Conflict {
                message: "the key's text was shown once and cannot be shown again".into(),
            },
            ControlError::KeyGone => Problem::Conflict {
                message: "somebody else changed the key meanwhile".into(),
            },
        })
    }
}

fn field(FieldError { path, message }: FieldError) -> InvalidField {
    InvalidField { path, message }
}

/// Secrets Manager may come back; the rest only an operator can mend.
fn of_secrets(error: SecretsError) -> Problem {
    match error {
        SecretsError::Unavailable => Problem::Unavailable,
        SecretsError::Contended => Problem::Conflict {
            message: "somebody else changes the secret at the same time: try again".into(),
        },
        SecretsError::Missing
        | SecretsError::Corrupt
        | SecretsError::UnknownSealingKey
        | SecretsError::NotGenuine => {
            tracing::error!(%error, "the sealing keys are not as they should be");
            Problem::Internal
        }
    }
}
