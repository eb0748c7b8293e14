//! In and out: by the identity provider's authorisation code flow with PKCE.

mod finish;
mod out;
mod start;
mod workspace;

use axum::Router;
use axum::routing::{get, post};
use edge::{Problem, SignIn};

use crate::Dashboard;
use crate::cookie::Cookie;

/// Where the identity provider sends people back to; it has to know this address.
const RETURN: &str = "/dashboard/signed-in";

/// What an attempt has to remember until the person comes back.
const ATTEMPT: Cookie = Cookie::new("__Host-weir-sign-in");
const PURPOSE: &str = "sign-in";

pub(crate) fn routes() -> Router<Dashboard> {
    Router::new()
        .route("/dashboard/sign-in", get(start::start))
        .route(RETURN, get(finish::finish))
        .route("/dashboard/sign-out", post(out::out))
        .route("/dashboard/workspace", post(workspace::choose))
}

impl Dashboard {
    /// The identity provider, where one is configured.
    fn provider(&self) -> Result<&SignIn, Problem> {
        self.0.sign_in.as_ref().ok_or(Problem::NotFound)
    }
}
