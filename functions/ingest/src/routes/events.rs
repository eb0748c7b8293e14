//! `POST /event/ingest` and `POST /event/ingest/batch`.

use std::time::Instant;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use edge::{Caller, Problem};
use event::{Signal, Source};
use http::{Request, StatusCode};
use policy::Operation;
use serde::Serialize;

use crate::Ingest;
use crate::request::Inbound;
use crate::sources::userflux::{self, Outcome};
use crate::verdicts::{Place, Refused, Verdicts, total_refusal};

/// One event.
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
    let Verdicts { accepted, refused } =
        Verdicts::judge(outcomes, caller, inbound.idempotency_key(), place);
    for refusal in &refused {
        ingest.metrics.refused(&caller.workspace, refusal.code, 1);
    }
    ingest
        .append(inbound, caller, Signal::Events, Source::Userflux, &accepted)
        .await?;
    ingest
        .metrics
        .accepted(&caller.workspace, accepted.len() as u64);
    ingest
        .metrics
        .ingest_time(&caller.workspace, started.elapsed());
    Ok(answer(accepted.len(), refused))
}

/// The verdicts in an answer.
#[derive(Debug, Serialize)]
struct Summary {
    accepted: usize,
    refused: Vec<Refused>,
}

fn answer(accepted: usize, refused: Vec<Refused>) -> Response {
    let Some(first) = refused.first() else {
        return StatusCode::NO_CONTENT.into_response();
    };
    let problem = total_refusal(first, &refused);
    let summary = Summary { accepted, refused };
    if accepted > 0 {
        Json(summary).into_response()
    } else {
        problem.with_details(&summary)
    }
}
