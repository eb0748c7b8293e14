//! What becomes of a query that has no answer.

use axum::response::{IntoResponse, Response};
use edge::{Problem, QueryFault};
use query::{Limit, Position, QueryError};
use serde::Serialize;

use crate::asking::Failed;

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

/// The answer to a query that failed, and its code.
pub(crate) fn answer(failed: Failed) -> (&'static str, Response) {
    let error = match failed {
        Failed::Query(error) => error,
        Failed::Problem(problem) => return (problem.code(), problem.into_response()),
    };
    let position = match &error {
        QueryError::Invalid { position, .. } | QueryError::NotAllowed { position, .. } => *position,
        QueryError::Empty
        | QueryError::TooLarge(_)
        | QueryError::Variable { .. }
        | QueryError::UnboundedJoin
        | QueryError::Limit(_)
        | QueryError::Failed(_)
        | QueryError::Store(_)
        | QueryError::Internal(_) => None,
    };
    let problem = problem(error);
    let code = problem.code();
    let response = match position {
        Some(Position { line, column }) => problem.with_details(&Details {
            position: Place { line, column },
        }),
        None => problem.into_response(),
    };
    (code, response)
}

fn problem(error: QueryError) -> Problem {
    let message = error.to_string().into();
    let fault = match error {
        QueryError::Invalid { .. } => QueryFault::Invalid,
        QueryError::Empty => QueryFault::Empty,
        QueryError::NotAllowed { .. } => QueryFault::NotAllowed,
        QueryError::TooLarge(_) => QueryFault::TooLarge,
        QueryError::Variable { .. } => QueryFault::Variable,
        QueryError::UnboundedJoin => QueryFault::UnboundedJoin,
        QueryError::Failed(_) => QueryFault::Failed,
        QueryError::Limit(limit) => match limit {
            Limit::Rows(_) => QueryFault::Rows,
            Limit::Bytes(_) => QueryFault::Bytes,
            Limit::Memory(_) | Limit::Made(_) => QueryFault::Memory,
            Limit::Time(_) => QueryFault::Time,
            Limit::AnswerRows(_) | Limit::AnswerBytes(_) | Limit::Pages(_) => QueryFault::Answer,
        },
        QueryError::Store(error) => return error.into(),
        QueryError::Internal(what) => {
            tracing::error!(what, "a query failed");
            return Problem::Internal;
        }
    };
    Problem::Query { fault, message }
}
