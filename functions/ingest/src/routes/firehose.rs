//! Amazon Data Firehose: `POST /firehose/logs`.
//!
//! Firehose knows one success, 200, and sends everything else again until its retry time is over, but
//! for 413, which it drops. A record that is of no use among others is counted, not answered.

use std::time::Instant;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use edge::Problem;
use event::{Signal, Source, Timestamp};
use http::{HeaderMap, Request};
use policy::Operation;
use serde::Serialize;

use crate::Ingest;
use crate::request::{Inbound, MediaTypes};
use crate::sources::firehose;
use crate::take::Taking;
use crate::verdicts::Place;

const MEDIA: MediaTypes = MediaTypes {
    names: &["application/json"],
    shown: "application/json",
};
const REQUEST_ID: &str = "x-amz-firehose-request-id";
const COMMON_ATTRIBUTES: &str = "x-amz-firehose-common-attributes";

/// A body with one member more or less would be a failure to Firehose.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    request_id: String,
    /// Milliseconds since 1970.
    timestamp: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_message: Option<String>,
}

/// Takes a delivery, and answers as the contract of the delivery wants it, whatever the answer.
pub(crate) async fn deliver(State(ingest): State<Ingest>, request: Request<Body>) -> Response {
    let mut request_id = header(request.headers(), REQUEST_ID).map(str::to_owned);
    let result = take(&ingest, request, &mut request_id).await;
    let request_id = request_id.unwrap_or_default();
    answer(request_id, ingest.clock.now(), result.err())
}

async fn take(
    ingest: &Ingest,
    request: Request<Body>,
    request_id: &mut Option<String>,
) -> Result<(), Problem> {
    let started = Instant::now();
    let inbound = Inbound::read_bytes(ingest, request, MEDIA).await?;
    let attributes = header(inbound.headers(), COMMON_ATTRIBUTES);
    let decode = |body| firehose::decode(body, attributes, inbound.received_at);
    let (caller, delivery) = inbound
        .admit_bytes(ingest, Operation::SendFirehose, decode)
        .await?;
    let request_id: &str = request_id.get_or_insert_with(|| delivery.request_id.into_owned());
    let taking = Taking {
        signal: Signal::Logs,
        source: Source::Firehose,
        place: Place::Records,
        request_id: Some(request_id).filter(|id| !id.is_empty()),
        started,
    };
    let taken = ingest
        .take(&inbound, &caller, delivery.outcomes, taking)
        .await?;
    taken.total_refusal().map_or(Ok(()), Err)
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn answer(request_id: String, now: Timestamp, problem: Option<Problem>) -> Response {
    let error_message = problem
        .as_ref()
        .map(|problem| format!("{} ({})", problem.message(), problem.code()));
    let body = Json(Answer {
        request_id,
        timestamp: now.as_millis(),
        error_message,
    });
    let Some(problem) = problem else {
        return body.into_response();
    };
    let (mut parts, _) = problem.into_response().into_parts();
    // The body is this one, not the one that every other route gives.
    parts.extensions.clear();
    Response::from_parts(parts, body.into_response().into_body())
}
