//! gzip, for texts that are worth it.

use std::io::Write;

use axum::body::Body;
use axum::response::Response;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::HeaderValue;
use http::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, VARY,
};
use http_body_util::BodyExt;

/// Below this an answer fits into one packet either way.
const WORTH_IT: usize = 1_000;

/// Whether the client reads gzip.
pub(crate) fn is_accepted(headers: &HeaderMap) -> bool {
    let value = headers.get(ACCEPT_ENCODING).and_then(|it| it.to_str().ok());
    let mut codings = value.unwrap_or_default().split(',').map(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        (parts.next().unwrap_or_default(), parts.next())
    });
    codings.any(|(name, weight)| {
        name.eq_ignore_ascii_case("gzip") && !matches!(weight, Some("q=0" | "q=0.0"))
    })
}

/// The bytes, compressed; as they are where that fails.
pub(crate) fn gzip(bytes: &[u8], level: Compression) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 3), level);
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok()
}

/// Compresses a text that is not compressed yet.
pub(crate) async fn compress(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let media = parts
        .headers
        .get(CONTENT_TYPE)
        .and_then(|it| it.to_str().ok());
    let is_text = media.is_some_and(|it| it.starts_with("text/") || it.contains("json"));
    if !is_text || parts.headers.contains_key(CONTENT_ENCODING) {
        return Response::from_parts(parts, body);
    }
    let Ok(body) = body.collect().await else {
        // Bodies are made in memory: none can break off.
        parts.status = edge::Problem::Internal.status();
        return Response::from_parts(parts, Body::empty());
    };
    let bytes = body.to_bytes();
    parts
        .headers
        .insert(VARY, HeaderValue::from_static("Accept-Encoding"));
    let compressed = (bytes.len() >= WORTH_IT)
        .then(|| gzip(&bytes, Compression::fast()))
        .flatten();
    let Some(compressed) = compressed else {
        return Response::from_parts(parts, Body::from(bytes));
    };
    parts.headers.remove(CONTENT_LENGTH);
    parts
        .headers
        .insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    Response::from_parts(parts, Body::from(compressed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_reads_gzip_gets_it() {
        let accepts = |value: &'static str| {
            let value = HeaderValue::from_static(value);
            is_accepted(&HeaderMap::from_iter([(ACCEPT_ENCODING, value)]))
        };
        assert!(accepts("gzip, deflate, br, zstd"));
        assert!(accepts("br;q=1.0, GZIP;q=0.5"));
        assert!(!accepts("gzip;q=0, br"));
        assert!(!accepts("identity"));
        assert!(!is_accepted(&HeaderMap::new()));
    }
}
