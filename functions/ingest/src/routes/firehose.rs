//! Amazon Data Firehose: `POST /firehose/logs`.
//!
//! Firehose knows one success, 200, and sends everything else again until its retry time is over, but
//! for 413, which it drops. A record that is of no use among others is counted, not answered.

use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use edge::{ErrorBody, Problem};
use event::{Clock, Signal, Source, Timestamp};
use http::{HeaderMap, HeaderValue, Request};
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

/// Its route, whose answers are as the contract of the delivery wants them, whatever the answer.
pub(crate) fn routes(clock: Arc<dyn Clock>) -> Router<Ingest> {
    let routes = Router::new().route("/firehose/logs", post(deliver));
    edge::dialect(routes, move |headers| {
        let request_id = header(headers, REQUEST_ID).unwrap_or_default().to_owned();
        let now = clock.now();
        move |problem| failure(request_id, now, problem)
    })
}

#[utoipa::path(
    post,
    path = "/firehose/logs",
    operation_id = "deliverFirehose",
    tag = "Logs",
    summary = "Deliver records as Amazon Data Firehose does",
    request_body(description = "A delivery", content_type = "application/json"),
    responses((status = 200, description = "All are durable")),
)]
pub(crate) async fn deliver(
    State(ingest): State<Ingest>,
    request: Request<Body>,
) -> Result<Response, Problem> {
    let started = Instant::now();
    let inbound = Inbound::read_bytes(&ingest, request, MEDIA).await?;
    let attributes = header(inbound.headers(), COMMON_ATTRIBUTES);
    let decode = |body| firehose::decode(body, attributes, inbound.received_at);
    let (caller, delivery) = inbound
        .admit_bytes(&ingest, Operation::SendFirehose, decode)
        .await?;
    let request_id = header(inbound.headers(), REQUEST_ID).unwrap_or(&delivery.request_id);
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
    match taken.total_refusal() {
        Some(problem) => Err(kept(problem)),
        None => Ok(Json(Answer::new(request_id, ingest.clock.now())).into_response()),
    }
}

/// A delivery of records that are all too large, as one that is wrong: that ends in the S3 backup, and
/// what is answered with 413 nowhere.
fn kept(problem: Problem) -> Problem {
    if let Problem::TooLarge { message } = problem {
        return Problem::InvalidEvent {
            path: "".into(),
            message,
        };
    }
    problem
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

impl Answer {
    fn new(request_id: impl Into<String>, now: Timestamp) -> Self {
        Self {
            request_id: request_id.into(),
            timestamp: now.as_millis(),
            error_message: None,
        }
    }
}

fn failure(request_id: String, now: Timestamp, problem: &Problem) -> ErrorBody {
    let error_message = format!("{} ({})", problem.message(), problem.code());
    let answer = Answer {
        error_message: Some(error_message),
        ..Answer::new(request_id, now)
    };
    ErrorBody {
        content_type: HeaderValue::from_static("application/json"),
        bytes: serde_json::to_vec(&answer).unwrap_or_default(),
    }
}
