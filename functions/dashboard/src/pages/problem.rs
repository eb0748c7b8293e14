//! What somebody sees when something is wrong.

use askama::Template;
use axum::response::Response;
use edge::Problem;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, WWW_AUTHENTICATE};

use crate::frame::{self, Frame, Viewing};

#[derive(Template)]
#[template(path = "problem.html")]
struct Page<'a> {
    frame: Frame,
    heading: &'static str,
    /// What is wrong, and what helps.
    text: String,
    code: &'a str,
}

/// The same answer as a page.
pub(crate) fn instead_of(response: Response, problem: &Problem, viewing: &Viewing) -> Response {
    let belongs_nowhere = viewing
        .session
        .as_ref()
        .is_some_and(|session| session.place().is_none());
    let (heading, text) = if belongs_nowhere && *problem == Problem::RoleMissing {
        (
            "No workspace yet",
            "You are signed in, but you have no role in a workspace. Ask an admin of yours to give \
             you one, then sign out and in again."
                .to_owned(),
        )
    } else {
        (heading(problem), text(problem))
    };
    let page = frame::page(&Page {
        frame: Frame::new(heading, viewing),
        heading,
        text,
        code: problem.code(),
    });
    let (mut parts, _) = response.into_parts();
    let (new, body) = page.into_parts();
    parts.headers.remove(CONTENT_LENGTH);
    // A browser is asked to sign in by a page.
    parts.headers.remove(WWW_AUTHENTICATE);
    if let Some(media) = new.headers.get(CONTENT_TYPE) {
        parts.headers.insert(CONTENT_TYPE, media.clone());
    }
    Response::from_parts(parts, body)
}

const SIGN_IN_FAILED: &str = "The sign-in did not work";

fn heading(problem: &Problem) -> &'static str {
    match problem.code() {
        "not_found" => "There is no such page",
        "method_not_allowed" => "This page does not take that",
        "role_missing" => "Your role does not allow this",
        "unavailable" | "rate_limited" => "One moment",
        "internal" => "Something went wrong here",
        "sign_in_failed" => SIGN_IN_FAILED,
        _ => "This did not work",
    }
}

/// The problem's own words, as a sentence.
fn text(problem: &Problem) -> String {
    let message = problem.message();
    // Without what the heading says already.
    let message = message
        .strip_prefix("the sign-in did not work: ")
        .unwrap_or(&message);
    let mut letters = message.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), letters.as_str())
}
