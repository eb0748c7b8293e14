//! `POST /dashboard/sign-out`: the end of the session, here and at the identity provider.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use http::header::REFRESH;
use http::{HeaderMap, HeaderValue};

use crate::Dashboard;
use crate::address::{Address, ROOT};
use crate::frame::{Answer, Frame, Viewing, page};
use crate::session::COOKIE;

#[derive(Template)]
#[template(path = "signed_out.html")]
struct SignedOut {
    frame: Frame,
    /// Where the identity provider ends its own session.
    away: String,
}

/// Forgets the session, and goes on to the identity provider by a page that refreshes itself: a form's
/// answer may not lead to another site.
pub(super) async fn out(
    State(dashboard): State<Dashboard>,
    mut viewing: Viewing,
    headers: HeaderMap,
) -> Answer {
    let back = Address::of(&dashboard.0.settings, &headers).map(|address| address.to(ROOT));
    let away = match (&dashboard.0.sign_in, back) {
        // Signed out here even if the provider cannot be reached.
        (Some(provider), Some(back)) => provider
            .end(&back, dashboard.0.clock.now())
            .await
            .ok()
            .flatten(),
        (None, _) | (_, None) => None,
    };
    viewing.session = None;
    let mut response = match away {
        Some(away) => {
            let refresh = HeaderValue::try_from(format!("0; url={away}")).ok();
            let mut response = page(&SignedOut {
                frame: Frame::new("Signed out", &viewing),
                away,
            });
            if let Some(refresh) = refresh {
                response.headers_mut().insert(REFRESH, refresh);
            }
            response
        }
        None => Redirect::to(ROOT).into_response(),
    };
    COOKIE.remove(response.headers_mut());
    Ok(response)
}
