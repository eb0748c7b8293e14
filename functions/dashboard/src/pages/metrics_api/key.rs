//! The metrics key is made, and its text is shown.

use axum::extract::State;
use control::KeyDraft;
use http::HeaderMap;
use http::HeaderValue;
use http::header::REFRESH;
use policy::KeyKind;
use serde::Deserialize;

use super::ENTRY;
use super::overview::Extra;
use crate::Dashboard;
use crate::frame::{Answer, Viewing};
use crate::member::Admin;
use crate::refused::Refused;
use crate::request::Fields;
use crate::shown_once::{Secret, or_alone};

const API_KEY: &str = "API key";
/// Of what is kept nowhere.
pub(super) const CLIENT_SECRET: &str = "Client secret";
pub(super) const ONCE: &str = "Copy it now: it is not shown again.";
/// After a minute the page without the text comes.
const HIDDEN_AGAIN: &str = "60; url=/dashboard/metrics-api";
const AGAIN: &str = "An admin may reveal it again.";

/// A metrics key as somebody typed it.
#[derive(Debug, Deserialize)]
pub(super) struct NewKey {
    name: String,
}

pub(super) async fn create(
    State(dashboard): State<Dashboard>,
    Admin(admin): Admin,
    viewing: Viewing,
    headers: HeaderMap,
    Fields(NewKey { name }): Fields<NewKey>,
) -> Answer {
    let draft = KeyDraft {
        name: name.trim().to_owned(),
        kind: KeyKind::Metrics,
        tags: Vec::new(),
        expires_at: None,
        policy: None,
    };
    let keys = &dashboard.0.use_cases.keys;
    let mut extra = Extra::default();
    match keys.create(&admin.workspace, &admin.by, &draft).await {
        Ok(made) => {
            extra.texts.push(Secret {
                id: "api-key",
                name: API_KEY,
                hint: AGAIN.to_owned(),
                text: made.key.expose().to_owned(),
            });
            extra.texts.extend(made.client_secret.map(|secret| Secret {
                id: "client-secret",
                name: CLIENT_SECRET,
                hint: ONCE.to_owned(),
                text: secret.expose().to_owned(),
            }));
        }
        Err(error) => {
            extra.refused = Refused::of(error, "")?;
            extra.name = Some(name);
        }
    }
    let page = dashboard
        .metrics_page(&admin, &viewing, &headers, &extra)
        .await;
    or_alone(page, &viewing, ENTRY.path, &extra.texts)
}

pub(super) async fn reveal(
    State(dashboard): State<Dashboard>,
    Admin(admin): Admin,
    viewing: Viewing,
    headers: HeaderMap,
) -> Answer {
    let id = dashboard.the_metrics_key(&admin).await?;
    let keys = &dashboard.0.use_cases.keys;
    let key = keys.reveal(&admin.workspace, &admin.by, &id).await;
    let text = Secret {
        id: "api-key",
        name: API_KEY,
        hint: "The audit log has noted this. The key is hidden again after a minute.".to_owned(),
        text: key?.expose().to_owned(),
    };
    let extra = Extra {
        texts: vec![text],
        ..Extra::default()
    };
    let page = dashboard
        .metrics_page(&admin, &viewing, &headers, &extra)
        .await;
    let mut response = page?;
    let back = HeaderValue::from_static(HIDDEN_AGAIN);
    response.headers_mut().insert(REFRESH, back);
    Ok(response)
}
