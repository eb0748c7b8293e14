//! The answer that says what became of each record.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::Serialize;

use crate::take::Taken;
use crate::verdicts::Refused;

/// Most refused records that an answer lists; all are counted.
const MAX_LISTED: usize = 1_000;

#[derive(Debug, Serialize)]
struct Summary<'a> {
    accepted: usize,
    refused: &'a [Refused],
}

/// `success` where every record was taken, 200 with the list where some were, else the problem.
pub(super) fn answer(success: StatusCode, taken: &Taken<'_>) -> Response {
    let refused = taken.refused.get(..MAX_LISTED).unwrap_or(&taken.refused);
    let summary = Summary {
        accepted: taken.accepted.len(),
        refused,
    };
    match taken.total_refusal() {
        Some(problem) => problem.with_details(&summary),
        None if refused.is_empty() && success == StatusCode::NO_CONTENT => success.into_response(),
        None => Json(summary).into_response(),
    }
}
