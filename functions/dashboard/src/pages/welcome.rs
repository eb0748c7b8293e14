//! What somebody sees who is signed out.

use askama::Template;
use axum::response::Response;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::Dashboard;
use crate::address::{ROOT, own_page};
use crate::frame::{self, Frame, Viewing};

#[derive(Template)]
#[template(path = "welcome.html")]
struct Welcome {
    frame: Frame,
    /// The way to the identity provider and back; none where none is configured.
    sign_in: Option<String>,
    /// Whether somebody wanted to go somewhere.
    is_on_the_way: bool,
}

pub(super) fn page(dashboard: &Dashboard, viewing: &Viewing, next: Option<&str>) -> Response {
    let next = own_page(next);
    let way = |next| {
        let next = utf8_percent_encode(next, NON_ALPHANUMERIC);
        format!("{ROOT}/sign-in?next={next}")
    };
    frame::page(&Welcome {
        frame: Frame::new("Sign in", viewing),
        sign_in: dashboard.0.sign_in.is_some().then(|| way(next)),
        is_on_the_way: next != ROOT,
    })
}
