//! Real user monitoring: `POST /json/rum`.

use std::time::Instant;

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use edge::{BodyBytes, Caller, Problem};
use event::{Event, ProfileUpdate, Signal, Source};
use http::{Request, StatusCode};
use policy::Operation;

use super::summary;
use crate::Ingest;
use crate::append::Part;
use crate::openapi::PartlyRefused;
use crate::request::{Inbound, MediaTypes};
use crate::sources::rum;
use crate::take::Taking;
use crate::verdicts::Place;

/// A beacon's body is text without a preflight.
const MEDIA: MediaTypes = MediaTypes {
    names: &["application/json", "text/plain"],
    shown: "application/json or text/plain",
};

/// Events of a page or an app. One of the type `identify` does what `POST /profile` does.
#[utoipa::path(
    post,
    path = "/json/rum",
    operation_id = "sendRum",
    tag = "Events",
    summary = "Send what happened in a page",
    request_body(
        description = "Events of a page or an app",
        content(("application/json"), ("text/plain")),
    ),
    responses((status = 200, description = "How many were taken", body = PartlyRefused)),
)]
pub(crate) async fn events(
    State(ingest): State<Ingest>,
    request: Request<Body>,
) -> Result<Response, Problem> {
    let started = Instant::now();
    let inbound = Inbound::read_bytes(&ingest, request, MEDIA).await?;
    let decode = |body| rum::decode(body, inbound.received_at);
    let (caller, outcomes) = inbound
        .admit_bytes(&ingest, Operation::SendRum, decode)
        .await?;
    let taking = Taking {
        signal: Signal::Events,
        source: Source::Rum,
        place: Place::Typed,
        request_id: None,
        started,
    };
    let taken = Ingest::judge(&inbound, &caller, outcomes, taking);
    let updates: Vec<_> = taken
        .accepted
        .iter()
        .filter_map(rum::profile_update)
        .collect();
    if updates.is_empty() {
        ingest
            .append(
                &inbound,
                &caller,
                Signal::Events,
                Source::Rum,
                &taken.accepted,
            )
            .await?;
    } else {
        let is_event = |event: &&Event<'_>| event.name != rum::IDENTIFY;
        let events: Vec<_> = taken.accepted.iter().filter(is_event).cloned().collect();
        ingest
            .append(&inbound, &caller, Signal::Events, Source::Rum, &events)
            .await?;
        let part = if events.is_empty() {
            Part::First
        } else {
            Part::Further
        };
        ingest
            .update_profiles(&inbound, &caller, part, &updates)
            .await?;
    }
    ingest.count(&inbound, &caller, &taken, started).await;
    Ok(summary::answer(StatusCode::OK, &taken))
}

impl Ingest {
    async fn update_profiles(
        &self,
        inbound: &Inbound<BodyBytes>,
        caller: &Caller,
        part: Part,
        updates: &[ProfileUpdate<'_>],
    ) -> Result<(), Problem> {
        let logged: Vec<_> = updates
            .iter()
            .map(|update| update.to_event(&caller.workspace))
            .collect();
        let (signal, source) = (Signal::Profiles, Source::Rum);
        self.append_part(part, inbound, caller, signal, source, &logged)
            .await?;
        for update in updates {
            self.store
                .update_profile(&caller.workspace, update, inbound.received_at)
                .await?;
        }
        Ok(())
    }
}
