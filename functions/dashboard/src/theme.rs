//! Light or dark: as the system has it, unless somebody chose. Kept in a cookie, so that a page comes
//! in its colours at once, also without scripts.

use std::time::Duration;

use axum::Router;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use http::HeaderMap;
use serde::Deserialize;

use crate::Dashboard;
use crate::address::own_page;
use crate::cookie::Cookie;
use crate::request::Fields;

const COOKIE: Cookie = Cookie::new("__Host-weir-theme");
const ONE_YEAR: Duration = Duration::from_hours(365 * 24);

/// Which colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Theme {
    /// As the system has it.
    Auto,
    Light,
    Dark,
}

impl Theme {
    pub(crate) const ALL: [Self; 3] = [Self::Auto, Self::Light, Self::Dark];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// What a button says.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Auto => "As the system",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }

    /// The lines of a button's picture, on a square of 24 units.
    pub(crate) const fn icon(self) -> &'static str {
        match self {
            Self::Auto => "M4 5h16v11H4zM9 20h6M12 16v4",
            Self::Light => {
                "M15.5 12a3.5 3.5 0 1 1-7 0 3.5 3.5 0 0 1 7 0zM12 3.5v2M12 18.5v2M3.5 12h2M18.5 12h2\
                 M6 6l1.4 1.4M16.6 16.6 18 18M18 6l-1.4 1.4M7.4 16.6 6 18"
            }
            Self::Dark => "M19 14.5A7.5 7.5 0 0 1 9.5 5 7.5 7.5 0 1 0 19 14.5z",
        }
    }

    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let chosen = COOKIE.read(headers);
        let chosen = Self::ALL.into_iter().find(|it| chosen == Some(it.as_str()));
        chosen.unwrap_or(Self::Auto)
    }
}

pub(crate) fn routes() -> Router<Dashboard> {
    Router::new().route("/dashboard/theme", post(choose))
}

#[derive(Debug, Deserialize)]
struct Choice {
    theme: Theme,
    next: Option<String>,
}

async fn choose(Fields(choice): Fields<Choice>) -> Response {
    let mut response = Redirect::to(own_page(choice.next.as_deref())).into_response();
    COOKIE.set(response.headers_mut(), choice.theme.as_str(), ONE_YEAR);
    response
}
