//! Versions that are counted from 1: `ETag` in an answer, `If-Match` in a change.

use axum::extract::FromRequestParts;
use edge::Problem;
use http::HeaderValue;
use http::header::IF_MATCH;
use http::request::Parts;

use crate::Api;

/// The version that the caller saw, from `If-Match`. What is no version of ours is none that is
/// newest.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Expected(pub(crate) u64);

impl FromRequestParts<Api> for Expected {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Api) -> Result<Self, Problem> {
        let given = parts.headers.get(IF_MATCH);
        let given = given.ok_or(Problem::PreconditionRequired)?;
        if given == "*" {
            // Any version at all: that would overwrite what the caller has not seen.
            return Err(Problem::PreconditionRequired);
        }
        let version = given.to_str().ok().and_then(|text| {
            let digits = text.trim().strip_prefix('"')?.strip_suffix('"')?;
            digits.parse().ok()
        });
        version.map(Self).ok_or(Problem::VersionStale)
    }
}

/// A version as `ETag` has it.
pub(crate) fn etag(version: u64) -> HeaderValue {
    // Digits in quotation marks are a header's value.
    HeaderValue::try_from(format!("\"{version}\"")).unwrap_or(HeaderValue::from_static("\"\""))
}
