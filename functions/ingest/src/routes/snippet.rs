//! The script that pages embed: `GET /rum.js`, to anybody.

use std::io::Write as _;
use std::sync::LazyLock;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderName, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderValue, StatusCode};
use sha2::{Digest as _, Sha256};

use crate::known::{elements, is_known};

/// Built from `rum/src`; `cargo xtask test snippet` holds the two together.
const SCRIPT: &str = include_str!("../../rum/rum.js");
/// A page may use its copy for an hour, and for a day more while it fetches the next one.
const CACHING: HeaderValue =
    HeaderValue::from_static("public, max-age=3600, stale-while-revalidate=86400");
const JAVASCRIPT: HeaderValue = HeaderValue::from_static("text/javascript; charset=utf-8");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

static SNIPPET: LazyLock<Snippet> = LazyLock::new(|| Snippet::new(SCRIPT));

/// What is computed once per process, at the first request.
struct Snippet {
    /// Weak: it stands for both encodings.
    tag: String,
    /// `None` if it cannot be compressed; then it goes out as it is.
    gzip: Option<Vec<u8>>,
}

impl Snippet {
    fn new(script: &str) -> Self {
        let digest = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(script));
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        let written = encoder.write_all(script.as_bytes());
        Self {
            tag: format!("W/\"{digest}\""),
            gzip: written.and_then(|()| encoder.finish()).ok(),
        }
    }
}

/// The script, for pages of every origin; 304 to who has it.
#[utoipa::path(
    get,
    path = "/rum.js",
    operation_id = "readSnippet",
    tag = "About",
    summary = "Read the script for pages",
    responses(
        (status = 200, description = "The script", content_type = "text/javascript"),
        (status = 304, description = "It is known already"),
    ),
    security(()),
)]
pub(crate) async fn script(request: HeaderMap) -> Response {
    let snippet = &*SNIPPET;
    let mut response = if is_known(&request, &snippet.tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else if let Some(gzip) = snippet.gzip.as_deref().filter(|_| takes_gzip(&request)) {
        let encoding = [(CONTENT_ENCODING, "gzip")];
        (encoding, Body::from(gzip)).into_response()
    } else {
        SCRIPT.into_response()
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, JAVASCRIPT);
    headers.insert(CACHE_CONTROL, CACHING);
    headers.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // Also for pages that isolate themselves by Cross-Origin-Embedder-Policy.
    headers.insert(RESOURCE_POLICY, HeaderValue::from_static("cross-origin"));
    if let Ok(tag) = HeaderValue::from_str(&snippet.tag) {
        headers.insert(ETAG, tag);
    }
    response
}

/// Whether the client reads gzip: named, or covered by `*`, and not with the weight 0.
fn takes_gzip(request: &HeaderMap) -> bool {
    let weight = |wanted: &str| {
        elements(request, &ACCEPT_ENCODING).find_map(|element| {
            let (coding, parameters) = element.split_once(';').unwrap_or((element, ""));
            let weight = parameters.trim().strip_prefix("q=").unwrap_or("1");
            coding
                .trim()
                .eq_ignore_ascii_case(wanted)
                .then(|| weight.trim().parse().unwrap_or(0.0))
        })
    };
    weight("gzip").or_else(|| weight("*")).unwrap_or(0.0) > 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_goes_to_who_asks_for_it() {
        let takes = |value: &'static str| {
            let headers =
                HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(value))]);
            takes_gzip(&headers)
        };
        for value in [
            "gzip",
            "br, GZIP;q=0.5",
            "deflate, gzip, br",
            "*",
            "*;q=0.1",
        ] {
            assert!(takes(value), "{value}");
        }
        for value in ["", "br", "gzip;q=0", "gzip; q=0.0, *", "*;q=0", "gzip;q=x"] {
            assert!(!takes(value), "{value}");
        }
        assert!(!takes_gzip(&HeaderMap::new()));
    }

    #[test]
    fn the_script_stays_within_its_budget() {
        let gzip = SNIPPET.gzip.as_deref().unwrap();
        assert!(gzip.len() <= 4_096, "{} bytes", gzip.len());
    }
}
