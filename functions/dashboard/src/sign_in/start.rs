//! `GET /dashboard/sign-in`: off to the identity provider.

use std::time::Duration;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use edge::{Attempt, Problem};
use event::Timestamp;
use http::{HeaderMap, Uri};
use serde::{Deserialize, Serialize};

use super::{ATTEMPT, PURPOSE, RETURN};
use crate::Dashboard;
use crate::address::{Address, own_page};
use crate::frame::Answer;
use crate::request::Parameters;

/// So long somebody may take to sign in.
pub(super) const PATIENCE: Duration = Duration::from_mins(10);

/// What the cookie of an attempt holds, sealed.
#[derive(Serialize, Deserialize)]
pub(super) struct Begun {
    pub(super) attempt: Attempt,
    pub(super) at: Timestamp,
    /// The page to go to afterwards.
    pub(super) next: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    next: Option<String>,
}

/// Remembers the attempt in a cookie and leads to the identity provider.
///
/// Somebody who came by another host's name is led to the dashboard's own first: there they will come
/// back to, and there the cookie has to be.
pub(super) async fn start(
    State(dashboard): State<Dashboard>,
    Parameters(asked): Parameters<Asked>,
    uri: Uri,
    headers: HeaderMap,
) -> Answer {
    let provider = dashboard.provider()?;
    let address = Address::of(&dashboard.0.settings, &headers).ok_or(Problem::Internal)?;
    if !address.is_here {
        let here = uri.path_and_query().map_or("", |here| here.as_str());
        return Ok(Redirect::to(&address.to(here)).into_response());
    }
    let begun = Begun {
        attempt: Attempt::start(),
        at: dashboard.0.clock.now(),
        next: own_page(asked.next.as_deref()).to_owned(),
    };
    let back = address.to(RETURN);
    let away = provider.begin(&begun.attempt, &back, begun.at).await?;
    let text = serde_json::to_vec(&begun).map_err(|_| Problem::Internal)?;
    let sealed = dashboard.0.session_keys.seal(PURPOSE, &text).await;
    let mut response = Redirect::to(&away).into_response();
    let headers = response.headers_mut();
    ATTEMPT.set(headers, &sealed?, PATIENCE);
    Ok(response)
}
