//! Answers as HTTP.

use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderName, HeaderValue};
use query::Format;
use serde::Serialize;

use crate::asking::{Given, Meta};
use crate::format;
use crate::question::Cursor;

/// The same as in JSON, for formats that have no place for it.
const CACHED: HeaderName = HeaderName::from_static("weir-cached");
const AS_OF: HeaderName = HeaderName::from_static("weir-as-of");
const EXPIRES_AT: HeaderName = HeaderName::from_static("weir-expires-at");
const NEXT_CURSOR: HeaderName = HeaderName::from_static("weir-next-cursor");

/// What follows the rows in JSON.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rest<'a> {
    row_count: usize,
    cached: bool,
    as_of: i64,
    expires_at: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<Range>,
    rows_scanned: u64,
    bytes_scanned: u64,
    duration_ms: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<&'a str>,
}

/// The part of time that was read.
#[derive(Serialize)]
struct Range {
    from: i64,
    to: i64,
}

/// The page of an answer, with how old it is and where it goes on.
pub(crate) fn answer(given: &Given, digest: u128) -> Response {
    let Meta { page, pages, .. } = given.meta;
    let next = Cursor {
        digest,
        page: page + 1,
        as_of: given.as_of,
    };
    let next = (next.page < pages).then(|| next.text());
    let format: Format = given.meta.format.into();
    let mut body = given.body.to_vec();
    if format == Format::Json {
        body.extend_from_slice(rest(given, next.as_deref()).as_bytes());
    }
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, format::media_type(format));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let is_kept = if given.is_kept { "true" } else { "false" };
    headers.insert(CACHED, HeaderValue::from_static(is_kept));
    headers.insert(AS_OF, given.as_of.as_millis().into());
    headers.insert(EXPIRES_AT, given.expires_at.as_millis().into());
    if let Some(next) = next.and_then(|next| HeaderValue::try_from(next).ok()) {
        headers.insert(NEXT_CURSOR, next);
    }
    response
}

/// The members behind the rows, and the brace that closes the answer.
fn rest(given: &Given, next_cursor: Option<&str>) -> String {
    let meta = &given.meta;
    let rest = Rest {
        row_count: meta.rows,
        cached: given.is_kept,
        as_of: given.as_of.as_millis(),
        expires_at: given.expires_at.as_millis(),
        range: meta.range.map(|(from, to)| Range { from, to }),
        rows_scanned: meta.rows_scanned,
        bytes_scanned: meta.bytes_scanned,
        duration_ms: meta.duration_ms,
        next_cursor,
    };
    // Numbers and texts always serialise.
    let json = serde_json::to_string(&rest).unwrap_or_default();
    json.replacen('{', ",", 1)
}
