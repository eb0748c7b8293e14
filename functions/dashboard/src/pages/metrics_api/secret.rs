//! The client secret is rotated, and the one before it ended.

use axum::extract::State;
use control::ClientSecretRotation;
use http::HeaderMap;
use serde::Deserialize;

use super::ENTRY;
use super::key::{CLIENT_SECRET, ONCE};
use super::overview::{Extra, Secret};
use crate::Dashboard;
use crate::frame::{Answer, Viewing};
use crate::member::Admin;
use crate::notice::{Notice, done};
use crate::refused::Refused;
use crate::request::Fields;

/// How a client secret is rotated.
#[derive(Debug, Deserialize)]
pub(super) struct Rotation {
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
    };
    let rotated = secrets.rotate(&admin.workspace, &admin.by, &id, rotation);
    let mut extra = Extra::default();
    match rotated.await {
        Ok(rotated) => extra.texts.push(Secret {
            id: "client-secret",
            name: CLIENT_SECRET,
            hint: ONCE,
            text: rotated.client_secret.expose().to_owned(),
        }),
        Err(error) => extra.refused = Refused::of(error, "")?,
    }
    dashboard
        .metrics_page(&admin, &viewing, &headers, &extra)
        .await
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
