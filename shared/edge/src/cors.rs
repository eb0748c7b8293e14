//! Cross-origin requests: browsers may send to ingest paths from any page.
//!
//! The headers are on every answer, errors too: without them a browser SDK takes an error for a
//! network failure and sends the same batch for ever.
//!
//! A request with an `Origin` gets that origin back and `Access-Control-Allow-Credentials`, because
//! `sendBeacon` always asks for credentials and then `*` does not do. That grants nothing: ingest
//! paths read no cookie and no other credential that a browser adds by itself; the key is in a
//! header or in the address. A list of origins per key is the policy's business, not that of CORS.

use axum::response::{IntoResponse, Response};
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_HEADERS, HeaderName, VARY,
};
use http::{HeaderMap, HeaderValue, StatusCode};

/// What is allowed where a preflight names nothing. `*` would not cover `Authorization`.
const REQUEST_HEADERS: HeaderValue = HeaderValue::from_static(
    "authorization, content-type, apikey, token, idempotency-key, content-encoding",
);
/// Longest list of headers that is repeated, in bytes; browsers send some hundred.
const MAX_REQUEST_HEADERS: usize = 4_096;
const METHODS: HeaderValue = HeaderValue::from_static("GET, POST, OPTIONS");
const EXPOSED: HeaderValue = HeaderValue::from_static("Retry-After");
/// Two hours: the most that Chromium honours.
const MAX_AGE: HeaderValue = HeaderValue::from_static("7200");
const ANY: HeaderValue = HeaderValue::from_static("*");

/// The answer to a preflight, which carries no key. Whatever headers it asks for are allowed: what
/// instruments a page adds its own to every request, `traceparent` for one.
pub(crate) fn preflight(request: &HeaderMap) -> Response {
    let asked = request.get(ACCESS_CONTROL_REQUEST_HEADERS);
    let allowed = asked.filter(|names| are_header_names(names)).cloned();
    let headers = [
        (
            ACCESS_CONTROL_ALLOW_HEADERS,
            allowed.unwrap_or(REQUEST_HEADERS),
        ),
        (ACCESS_CONTROL_ALLOW_METHODS, METHODS),
        (ACCESS_CONTROL_MAX_AGE, MAX_AGE),
        (
            VARY,
            HeaderValue::from_static("Access-Control-Request-Headers"),
        ),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

/// Whether this is a list of names of headers, and no longer than need be.
fn are_header_names(list: &HeaderValue) -> bool {
    let is_name = |name: &str| HeaderName::from_bytes(name.trim().as_bytes()).is_ok();
    list.len() <= MAX_REQUEST_HEADERS
        && list
            .to_str()
            .is_ok_and(|names| names.split(',').all(is_name))
}

/// Lets the page of that origin read the answer.
pub(crate) fn allow(headers: &mut HeaderMap, origin: Option<HeaderValue>) {
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    headers.append(VARY, HeaderValue::from_static("Origin"));
    match origin {
        Some(origin) => {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            headers.insert(
                ACCESS_CONTROL_ALLOW_CREDENTIALS,
                HeaderValue::from_static("true"),
            );
        }
        None => {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, ANY);
        }
    }
}
