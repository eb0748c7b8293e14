//! Versions that are counted from 1: `ETag` in an answer, `If-Match` in a change.

use axum::extract::FromRequestParts;
use http::HeaderValue;
use http::header::IF_MATCH;
use http::request::Parts;

use crate::Problem;

/// The version that the caller saw, from `If-Match`. What is no version of ours is none that is
/// newest. An extractor.
#[derive(Debug, Clone, Copy)]
pub struct Expected(pub u64);

impl<S: Sync> FromRequestParts<S> for Expected {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let digits = if_match(parts)?
            .strip_prefix('"')
            .and_then(|text| text.strip_suffix('"'));
        let version = digits.and_then(|digits| digits.parse().ok());
        version.map(Self).ok_or(Problem::VersionStale)
    }
}

/// The text of `If-Match`: what an answer's `ETag` said.
pub fn if_match(parts: &Parts) -> Result<&str, Problem> {
    match parts.headers.get(IF_MATCH).map(HeaderValue::to_str) {
        // Any version at all: that would overwrite what the caller has not seen.
        None | Some(Ok("*")) => Err(Problem::PreconditionRequired),
        Some(Ok(text)) => Ok(text.trim()),
        Some(Err(_)) => Err(Problem::VersionStale),
    }
}

/// A version as `ETag` has it.
pub fn etag(version: u64) -> HeaderValue {
    // Digits in quotation marks are a header's value.
    HeaderValue::try_from(format!("\"{version}\"")).unwrap_or(HeaderValue::from_static("\"\""))
}
