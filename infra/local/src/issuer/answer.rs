//! The shapes of answers.

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION};
use http::{HeaderName, HeaderValue, Response, StatusCode};
use serde_json::{Value, json};

pub(super) fn json(status: StatusCode, value: &Value) -> Response<Bytes> {
    let kind = HeaderValue::from_static("application/json");
    with(status, CONTENT_TYPE, kind, value.to_string())
}

/// An error as OAuth words it.
pub(super) fn error(status: StatusCode, code: &str, description: &str) -> Response<Bytes> {
    json(
        status,
        &json!({"error": code, "error_description": description}),
    )
}

pub(super) fn bad_request(code: &str, description: &str) -> Response<Bytes> {
    error(StatusCode::BAD_REQUEST, code, description)
}

pub(super) fn page(html: String) -> Response<Bytes> {
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    with(StatusCode::OK, CONTENT_TYPE, kind, html)
}

pub(super) fn redirect(to: &str) -> Response<Bytes> {
    match HeaderValue::from_str(to) {
        Ok(to) => with(StatusCode::SEE_OTHER, LOCATION, to, String::new()),
        Err(_) => bad_request("invalid_request", "the address to return to is malformed"),
    }
}

fn with(status: StatusCode, name: HeaderName, value: HeaderValue, body: String) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(name, value);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
