//! Logs as JSON: `POST /json/logs`, and the sensors' `/ingest/v2/json/logs` and
//! `/ingest/v2/json/events`.

use std::time::Instant;

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use edge::Problem;
use event::{Signal, Source};
use http::{Request, StatusCode};
use policy::Operation;

use super::summary;
use crate::Ingest;
use crate::openapi::PartlyRefused;
use crate::request::{Inbound, MediaTypes};
use crate::sources::json_logs::{self, Format};
use crate::take::Taking;
use crate::verdicts::Place;

const MSGPACK: [&str; 3] = [
    "application/msgpack",
    "application/x-msgpack",
    "application/vnd.msgpack",
];
const MEDIA: MediaTypes = MediaTypes {
    names: &[
        "application/json",
        "application/x-ndjson",
        "application/ndjson",
        "application/jsonl",
        "application/x-jsonlines",
        "application/json-lines",
        MSGPACK[0],
        MSGPACK[1],
        MSGPACK[2],
    ],
    shown: "application/json, application/x-ndjson or application/msgpack",
};

/// Log records: 204, or 200 with what was refused.
#[utoipa::path(
    post,
    path = "/json/logs",
    operation_id = "sendJsonLogs",
    tag = "Logs",
    summary = "Send log records as JSON or MessagePack",
    request_body(
        description = "A record, an array of records, or one to a line",
        content(("application/json"), ("application/x-ndjson"), ("application/msgpack")),
    ),
    responses(
        (status = 204, description = "All are durable"),
        (status = 200, description = "Some were refused, the others are durable",
            body = PartlyRefused),
    ),
)]
pub(crate) async fn logs(
    State(ingest): State<Ingest>,
    request: Request<Body>,
) -> Result<Response, Problem> {
    let started = Instant::now();
    let format = match edge::media_type(request.headers()) {
        Some(name) if MSGPACK.iter().any(|known| known.eq_ignore_ascii_case(name)) => {
            Format::Msgpack
        }
        _ => Format::Json,
    };
    let inbound = Inbound::read_bytes(&ingest, request, MEDIA).await?;
    let decode = |body| json_logs::decode(format, body, inbound.received_at);
    let (caller, outcomes) = inbound
        .admit_bytes(&ingest, Operation::SendJsonLogs, decode)
        .await?;
    let taking = Taking {
        signal: Signal::Logs,
        source: Source::JsonLogs,
        place: Place::Records,
        request_id: None,
        started,
    };
    let taken = ingest.take(&inbound, &caller, outcomes, taking).await?;
    Ok(summary::answer(StatusCode::NO_CONTENT, &taken))
}
