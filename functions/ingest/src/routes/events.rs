//! `POST /event/ingest` and `POST /event/ingest/batch`.

use std::time::Instant;

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use edge::{Caller, Problem};
use event::{Signal, Source};
use http::{Request, StatusCode};
use policy::Operation;

use super::summary;
use crate::Ingest;
use crate::openapi::{EventBatch, NewEvent, PartlyRefused};
use crate::request::Inbound;
use crate::sources::{Outcome, userflux};
use crate::take::Taking;
use crate::verdicts::Place;

/// One event.
#[utoipa::path(
    post,
    path = "/event/ingest",
    operation_id = "sendEvent",
    tag = "Events",
    summary = "Send an event",
    request_body = NewEvent,
    responses((status = 204, description = "The event is durable")),
)]
pub(crate) async fn event(
    State(ingest): State<Ingest>,
    request: Request<Body>,
) -> Result<Response, Problem> {
    let started = Instant::now();
    let inbound = Inbound::read(&ingest, request).await?;
    let decode = |text| userflux::event(text, inbound.received_at);
    let (caller, outcome) = inbound
        .admit(&ingest, Operation::SendEvents, decode)
        .await?;
    store(
        &ingest,
        &inbound,
        &caller,
        vec![outcome],
        Place::Body,
        started,
    )
    .await
}

/// Up to a thousand events.
#[utoipa::path(
    post,
    path = "/event/ingest/batch",
    operation_id = "sendEvents",
    tag = "Events",
    summary = "Send up to 1,000 events",
    request_body = EventBatch,
    responses(
        (status = 204, description = "All are durable"),
        (status = 200, description = "Some were refused, the others are durable",
            body = PartlyRefused),
    ),
)]
pub(crate) async fn batch(
    State(ingest): State<Ingest>,
    request: Request<Body>,
) -> Result<Response, Problem> {
    let started = Instant::now();
    let inbound = Inbound::read(&ingest, request).await?;
    let decode = |text| userflux::batch(text, inbound.received_at);
    let (caller, outcomes) = inbound
        .admit(&ingest, Operation::SendEvents, decode)
        .await?;
    store(&ingest, &inbound, &caller, outcomes, Place::Batch, started).await
}

async fn store(
    ingest: &Ingest,
    inbound: &Inbound,
    caller: &Caller,
    outcomes: Vec<Outcome<'_>>,
    place: Place,
    started: Instant,
) -> Result<Response, Problem> {
    let taking = Taking {
        signal: Signal::Events,
        source: Source::Userflux,
        place,
        request_id: None,
        started,
    };
    let taken = ingest.take(inbound, caller, outcomes, taking).await?;
    Ok(summary::answer(StatusCode::NO_CONTENT, &taken))
}
