//! The client secret is rotated, and the one before it ended.

use axum::extract::State;
use control::ClientSecretRotation;
use http::HeaderMap;
use serde::Deserialize;

use super::ENTRY;
use super::key::{CLIENT_SECRET, ONCE};
use super::overview::Extra;
use crate::Dashboard;
use crate::frame::{Answer, Viewing};
use crate::member::Admin;
use crate::notice::{Notice, done};
use crate::refused::Refused;
use crate::request::Fields;
use crate::shown_once::{Secret, or_alone};

const STALE: &str = "Nothing is done: the client secret was rotated meanwhile, perhaps by this very form. The answer \
     to that showed the new one. If nobody has it, rotate once more.";

/// How a client secret is rotated.
#[derive(Debug, Deserialize)]
pub(super) struct Rotation {
    /// The one that counted when the form was made: a form that is sent twice rotates once.
    current: String,
    /// How long the one before works too, in seconds.
    overlap: u64,
    /// There where one that an earlier rotation left may end.
    replace: Option<String>,
}

pub(super) async fn rotate(
    State(dashboard): State<Dashboard>,
    Admin(admin): Admin,
    viewing: Viewing,
    headers: HeaderMap,
    Fields(asked): Fields<Rotation>,
) -> Answer {
    let id = dashboard.the_metrics_key(&admin).await?;
    let secrets = &dashboard.0.use_cases.client_secrets;
    let rotation = ClientSecretRotation {
        overlap_seconds: asked.overlap,
        replace_previous: asked.replace.is_some(),
        seen: Some(asked.current),
    };
    let rotated = secrets.rotate(&admin.workspace, &admin.by, &id, rotation);
    let mut extra = Extra::default();
    match rotated.await {
        Ok(rotated) => extra.texts.push(Secret {
            id: "client-secret",
            name: CLIENT_SECRET,
            hint: ONCE.to_owned(),
            text: rotated.client_secret.expose().to_owned(),
        }),
        Err(error) => extra.refused = Refused::of(error, STALE)?,
    }
    let page = dashboard
        .metrics_page(&admin, &viewing, &headers, &extra)
        .await;
    or_alone(page, &viewing, ENTRY.path, &extra.texts)
}

pub(super) async fn end_previous(
    State(dashboard): State<Dashboard>,
    Admin(admin): Admin,
) -> Answer {
    let id = dashboard.the_metrics_key(&admin).await?;
    let secrets = &dashboard.0.use_cases.client_secrets;
    let ended = secrets.end_previous(&admin.workspace, &admin.by, &id).await;
    ended?;
    Ok(done(ENTRY.path, Notice::ChangesSaved))
}
