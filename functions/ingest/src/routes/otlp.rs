//! OpenTelemetry over HTTP: `POST /v1/traces`, `/v1/logs`, `/v1/metrics`.

mod answer;

use std::time::Instant;

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use edge::Problem;
use event::Source;
use http::{HeaderMap, Request};
use policy::Operation;

use crate::Ingest;
use crate::request::{Inbound, MediaTypes};
use crate::sources::otlp::{self, Contexts, Encoding, Kind};
use crate::take::Taking;
use crate::verdicts::{Place, Refused};

const PROTOBUF: &str = "application/x-protobuf";
const JSON: &str = "application/json";
const MEDIA: MediaTypes = MediaTypes {
    names: &[PROTOBUF, JSON],
    shown: "application/x-protobuf or application/json",
};

/// Spans.
pub(crate) async fn traces(State(ingest): State<Ingest>, request: Request<Body>) -> Response {
    answer(Kind::Traces, &ingest, request).await
}

/// Log records.
pub(crate) async fn logs(State(ingest): State<Ingest>, request: Request<Body>) -> Response {
    answer(Kind::Logs, &ingest, request).await
}

/// Data points.
pub(crate) async fn metrics(State(ingest): State<Ingest>, request: Request<Body>) -> Response {
    answer(Kind::Metrics, &ingest, request).await
}

/// Answers in the encoding of the request, whatever the answer.
async fn answer(kind: Kind, ingest: &Ingest, request: Request<Body>) -> Response {
    let encoding = encoding(request.headers());
    match export(kind, encoding, ingest, request).await {
        Ok(refused) => answer::success(kind, encoding, &refused),
        Err(problem) => answer::failure(encoding, problem),
    }
}

/// Takes the records; what is given back are those refused beside others.
async fn export(
    kind: Kind,
    encoding: Encoding,
    ingest: &Ingest,
    request: Request<Body>,
) -> Result<Vec<Refused>, Problem> {
    let started = Instant::now();
    let contexts = Contexts::default();
    let inbound = Inbound::read_bytes(ingest, request, MEDIA).await?;
    let decode = |body| otlp::decode(kind, encoding, body, &contexts, inbound.received_at);
    let (caller, outcomes) = inbound
        .admit_bytes(ingest, Operation::SendOtlp, decode)
        .await?;
    let taking = Taking {
        signal: kind.signal(),
        source: Source::Otlp,
        place: Place::Records,
        request_id: None,
        started,
    };
    let taken = ingest.take(&inbound, &caller, outcomes, taking).await?;
    taken.total_refusal().map_or(Ok(taken.refused), Err)
}

fn encoding(headers: &HeaderMap) -> Encoding {
    match edge::media_type(headers) {
        Some(name) if name.eq_ignore_ascii_case(PROTOBUF) => Encoding::Protobuf,
        _ => Encoding::Json,
    }
}
