//! OpenTelemetry over HTTP: `POST /v1/traces`, `/v1/logs`, `/v1/metrics`.

mod answer;

use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use edge::Problem;
use event::Source;
use http::{HeaderMap, Request};
use policy::Operation;

use crate::Ingest;
use crate::request::{Inbound, MediaTypes};
use crate::sources::otlp::{self, Contexts, Encoding, Kind};
use crate::take::Taking;
use crate::verdicts::Place;

const PROTOBUF: &str = "application/x-protobuf";
const JSON: &str = "application/json";
const MEDIA: MediaTypes = MediaTypes {
    names: &[PROTOBUF, JSON],
    shown: "application/x-protobuf or application/json",
};

/// Its routes, whose answers are in the encoding of the request, whatever the answer.
pub(crate) fn routes() -> Router<Ingest> {
    let routes = Router::new()
        .route("/v1/traces", post(traces))
        .route("/v1/logs", post(logs))
        .route("/v1/metrics", post(metrics))
        .route("/ingest/v2/otlp/logs", post(logs));
    edge::dialect(routes, |headers| {
        let encoding = encoding(headers);
        move |problem| answer::failure(encoding, problem)
    })
}

/// Spans.
#[utoipa::path(
    post,
    path = "/v1/traces",
    operation_id = "sendTraces",
    tag = "OpenTelemetry",
    summary = "Send spans over OTLP",
    request_body(
        description = "The export request of OTLP/HTTP",
        content(("application/x-protobuf"), ("application/json")),
    ),
    responses((status = 200, description = "The export response of OTLP/HTTP")),
)]
pub(crate) async fn traces(
    State(ingest): State<Ingest>,
    request: Request<Body>,
) -> Result<Response, Problem> {
    export(Kind::Traces, &ingest, request).await
}

/// Log records.
#[utoipa::path(
    post,
    path = "/v1/logs",
    operation_id = "sendLogs",
    tag = "OpenTelemetry",
    summary = "Send log records over OTLP",
    request_body(
        description = "The export request of OTLP/HTTP",
        content(("application/x-protobuf"), ("application/json")),
    ),
    responses((status = 200, description = "The export response of OTLP/HTTP")),
)]
pub(crate) async fn logs(
    State(ingest): State<Ingest>,
    request: Request<Body>,
) -> Result<Response, Problem> {
    export(Kind::Logs, &ingest, request).await
}

/// Data points.
#[utoipa::path(
    post,
    path = "/v1/metrics",
    operation_id = "sendMetrics",
    tag = "OpenTelemetry",
    summary = "Send data points over OTLP",
    request_body(
        description = "The export request of OTLP/HTTP",
        content(("application/x-protobuf"), ("application/json")),
    ),
    responses((status = 200, description = "The export response of OTLP/HTTP")),
)]
pub(crate) async fn metrics(
    State(ingest): State<Ingest>,
    request: Request<Body>,
) -> Result<Response, Problem> {
    export(Kind::Metrics, &ingest, request).await
}

async fn export(kind: Kind, ingest: &Ingest, request: Request<Body>) -> Result<Response, Problem> {
    let started = Instant::now();
    let encoding = encoding(request.headers());
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
    match taken.total_refusal() {
        Some(problem) => Err(problem),
        None => Ok(answer::success(kind, encoding, &taken.refused)),
    }
}

fn encoding(headers: &HeaderMap) -> Encoding {
    match edge::media_type(headers) {
        Some(name) if name.eq_ignore_ascii_case(PROTOBUF) => Encoding::Protobuf,
        _ => Encoding::Json,
    }
}
