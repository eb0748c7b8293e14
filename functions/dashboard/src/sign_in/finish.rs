//! `GET /dashboard/signed-in`: back from the identity provider.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use edge::Problem;
use event::WorkspaceId;
use http::HeaderMap;
use serde::Deserialize;

use super::start::{Begun, PATIENCE};
use super::{ATTEMPT, PURPOSE, RETURN};
use crate::Dashboard;
use crate::address::{Address, own_page};
use crate::frame::Answer;
use crate::member::made_in;
use crate::request::Parameters;
use crate::session::Session;

#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
}

/// Turns the code into a session, if it answers the attempt that this browser began.
pub(super) async fn finish(
    State(dashboard): State<Dashboard>,
    Parameters(asked): Parameters<Asked>,
    headers: HeaderMap,
) -> Answer {
    let provider = dashboard.provider()?;
    let begun = begun(&dashboard, &headers).await?;
    let answers = |state: &String| begun.attempt.is_answered_by(state);
    if !asked.state.as_ref().is_some_and(answers) {
        return Err(Problem::SignInFailed {
            message: "it was begun in another window: begin again",
        });
    }
    if asked.error.is_some() {
        return Err(Problem::SignInFailed {
            message: "the identity provider ended it",
        });
    }
    let code = asked.code.ok_or(Problem::SignInFailed {
        message: "the identity provider sent no code",
    })?;
    let address = Address::of(&dashboard.0.settings, &headers).ok_or(Problem::Internal)?;
    let (back, now) = (address.to(RETURN), dashboard.0.clock.now());
    let identity = provider.finish(&begun.attempt, &code, &back, now).await?;

    let mut session = Session::start(identity, now);
    // Who goes on with a form goes on in its workspace, if they still belong to it.
    let wanted = made_in(&begun.next).and_then(|it| WorkspaceId::parse(it).ok());
    if let Some(wanted) = wanted {
        session = session.clone().look_at(wanted).unwrap_or(session);
    }
    let mut response = Redirect::to(own_page(Some(&begun.next))).into_response();
    let headers = response.headers_mut();
    dashboard.keep_session(&session, headers).await?;
    ATTEMPT.remove(headers);
    Ok(response)
}

/// The attempt that this browser began not long ago.
async fn begun(dashboard: &Dashboard, headers: &HeaderMap) -> Result<Begun, Problem> {
    let too_late = Problem::SignInFailed {
        message: "it took too long, or the browser keeps no cookies: begin again",
    };
    let Some(sealed) = ATTEMPT.read(headers) else {
        return Err(too_late);
    };
    let text = dashboard.0.session_keys.open(PURPOSE, sealed).await;
    let text = text?;
    let begun = text.and_then(|text| serde_json::from_slice::<Begun>(&text).ok());
    begun
        .filter(|begun| dashboard.0.clock.now().since(begun.at) < PATIENCE)
        .ok_or(too_late)
}
