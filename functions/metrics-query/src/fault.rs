//! What becomes of a query that has no answer.

use axum::response::{IntoResponse, Response};
use edge::{Problem, QueryFault};
use query::{Limit, Position, QueryError};
use serde::Serialize;

/// Where in the text the fault is, for editors.
#[derive(Serialize)]
struct Details {
    position: Place,
}

#[derive(Serialize)]
struct Place {
    line: u64,
    column: u64,
}

/// The answer to a query that failed.
pub(crate) fn answer(error: QueryError) -> Response {
    let position = match &error {
        QueryError::Invalid { position, .. } | QueryError::NotAllowed { position, .. } => *position,
        QueryError::TooLarge(_)
        | QueryError::Variable { .. }
        | QueryError::UnboundedJoin
        | QueryError::Limit(_)
        | QueryError::Failed(_)
        | QueryError::Store(_)
        | QueryError::Internal(_) => None,
    };
    let problem = problem(error);
    match position {
        Some(Position { line, column }) => problem.with_details(&Details {
            position: Place { line, column },
        }),
        None => problem.into_response(),
    }
}

fn problem(error: QueryError) -> Problem {
    let message = error.to_string().into();
    let fault = match error {
        QueryError::Invalid { .. } => QueryFault::Invalid,
        QueryError::NotAllowed { .. } => QueryFault::NotAllowed,
        QueryError::TooLarge(_) => QueryFault::TooLarge,
        QueryError::Variable { .. } => QueryFault::Variable,
        QueryError::UnboundedJoin => QueryFault::UnboundedJoin,
        QueryError::Failed(_) => QueryFault::Failed,
        QueryError::Limit(limit) => match limit {
            Limit::Rows(_) => QueryFault::Rows,
            Limit::Bytes(_) => QueryFault::Bytes,
            Limit::Memory(_) => QueryFault::Memory,
            Limit::Time(_) => QueryFault::Time,
            Limit::AnswerRows(_) | Limit::AnswerBytes(_) => QueryFault::Answer,
        },
        QueryError::Store(error) => return error.into(),
        QueryError::Internal(what) => {
            tracing::error!(what, "a query failed");
            return Problem::Internal;
        }
    };
    Problem::Query { fault, message }
}
