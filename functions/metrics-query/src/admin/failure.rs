//! What the use cases and the planner answer where they do not come to their end, as HTTP.

use axum::response::{IntoResponse, Response};
use control::ControlError;
use edge::Problem;
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
        Problem::from(error).into()
    }
}
