//! What the use cases and the planner answer where they do not come to their end, as HTTP.

use axum::response::{IntoResponse, Response};
use control::{ControlError, FieldError};
use edge::{InvalidField, Problem};
use query::QueryError;

use crate::fault;

/// The error of a handler.
#[derive(Debug)]
pub(crate) struct Failure(Response);

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        self.0
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self(problem.into_response())
    }
}

impl From<QueryError> for Failure {
    fn from(error: QueryError) -> Self {
        let (_, response) = fault::answer(error.into());
        Self(response)
    }
}

impl From<ControlError> for Failure {
    fn from(error: ControlError) -> Self {
        let problem = match error {
            ControlError::Store(error) => error.into(),
            ControlError::Invalid(errors) => Problem::InvalidFields {
                errors: errors.into_iter().map(field).collect(),
            },
            // What keys and secrets have, and metrics have not.
            ControlError::Secrets(_)
            | ControlError::InvalidCursor
            | ControlError::NoSuchKey
            | ControlError::NotRevealable
            | ControlError::KeyGone => {
                tracing::error!(%error, "a metric met what only keys have");
                Problem::Internal
            }
        };
        problem.into()
    }
}

fn field(FieldError { path, message }: FieldError) -> InvalidField {
    InvalidField { path, message }
}
