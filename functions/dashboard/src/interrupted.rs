//! A form of somebody whose session has ended meanwhile: nothing is done, and nothing is lost.
//!
//! The answer to it is a page that holds what was sent as hidden fields. Its first step signs in, in
//! another window, its second sends the form again. So an edit of any size survives, without scripts
//! and without a trace on the server or in the browser.

use askama::Template;
use axum::Router;
use axum::response::Response;
use axum::routing::get;
use edge::Problem;
use form_urlencoded::parse;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::Dashboard;
use crate::frame::{Answer, Frame, Viewing, page, page_about};
use crate::member::{MADE_IN, made_in};

/// Where the sign-in of the other window ends.
const BACK: &str = "/dashboard/signed-in-again";

pub(crate) fn routes() -> Router<Dashboard> {
    Router::new().route(BACK, get(back))
}

#[derive(Template)]
#[template(path = "interrupted.html")]
struct Interrupted {
    frame: Frame,
    sign_in: String,
    /// Where the form goes.
    action: String,
    fields: Vec<(String, String)>,
}

/// The page that holds the form with this body, which was posted to `action`.
pub(crate) fn instead_of(action: &str, body: &[u8], viewing: &Viewing) -> Response {
    let fields = parse(body).map(|(name, value)| (name.into_owned(), value.into_owned()));
    // The sign-in is to look at the workspace that the form belongs to.
    let next = made_in(action).map_or_else(
        || BACK.to_owned(),
        |workspace| format!("{BACK}?{MADE_IN}={workspace}"),
    );
    let next = utf8_percent_encode(&next, NON_ALPHANUMERIC);
    let template = Interrupted {
        frame: Frame::new("Signed out", viewing),
        sign_in: format!("/dashboard/sign-in?next={next}"),
        action: action.to_owned(),
        fields: fields.collect(),
    };
    page_about(&Problem::SignedOut, &template)
}

#[derive(Template)]
#[template(path = "signed_in_again.html")]
struct SignedInAgain {
    frame: Frame,
}

async fn back(viewing: Viewing) -> Answer {
    if viewing.session.is_none() {
        return Err(Problem::SignedOut);
    }
    Ok(page(&SignedInAgain {
        frame: Frame::new("Signed in again", &viewing),
    }))
}
