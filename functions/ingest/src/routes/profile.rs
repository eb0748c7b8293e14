//! `POST /profile`: identify a user, or update properties.

use std::time::Instant;

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use edge::Problem;
use event::{Signal, Source};
use http::{Request, StatusCode};
use policy::Operation;

use crate::Ingest;
use crate::openapi::ProfileUpdate;
use crate::request::Inbound;
use crate::sources::{Fault, Invalid, userflux};

/// Puts the update into the log, then into the profile's item, so that the next read sees it.
///
/// The second step is made also when the log has the update already: an earlier attempt may have got
/// no further.
#[utoipa::path(
    post,
    path = "/profile",
    operation_id = "updateProfile",
    tag = "Profiles",
    summary = "Update a profile",
    request_body = ProfileUpdate,
    responses((status = 204, description = "The next read sees the change")),
)]
pub(crate) async fn profile(
    State(ingest): State<Ingest>,
    request: Request<Body>,
) -> Result<Response, Problem> {
    let started = Instant::now();
    let inbound = Inbound::read(&ingest, request).await?;
    let decode = |text| userflux::profile(text, inbound.received_at);
    let (caller, outcome) = inbound
        .admit(&ingest, Operation::UpdateProfile, decode)
        .await?;
    let update = match outcome {
        Ok(update) => update,
        Err(invalid) => {
            let problem = problem(invalid);
            inbound.count_refused(&ingest, &caller, &problem).await;
            return Err(problem);
        }
    };
    let logged = [update.to_event(&caller.workspace)];
    ingest
        .append(
            &inbound,
            &caller,
            Signal::Profiles,
            Source::Userflux,
            &logged,
        )
        .await?;
    ingest
        .store
        .update_profile(&caller.workspace, &update, inbound.received_at)
        .await?;
    ingest.count_accepted(&caller, 1, started);
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn problem(
    Invalid {
        fault,
        path,
        message,
        ..
    }: Invalid,
) -> Problem {
    match fault {
        Fault::Invalid => Problem::InvalidEvent {
            path: path.into(),
            message: message.into(),
        },
        Fault::TooLarge => Problem::TooLarge {
            message: format!("the update {message}").into(),
        },
    }
}
