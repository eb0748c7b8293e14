//! Styles, scripts and the icon: in the binary, under addresses that change with their content.

use std::fmt::Write;
use std::sync::{LazyLock, OnceLock};

use axum::Router;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use edge::Problem;
use flate2::Compression;
use http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use http::{HeaderMap, HeaderValue};
use sha2::{Digest, Sha256};

use crate::{Dashboard, compress};

/// Where the files of this build lie. All share one version, so that modules can name each other.
pub(crate) static BASE: LazyLock<String> =
    LazyLock::new(|| format!("/dashboard/assets/{}", *VERSION));

static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut digest = Sha256::new();
    for asset in &ASSETS {
        digest.update(asset.name);
        digest.update(asset.bytes);
    }
    let mut version = String::new();
    for byte in digest.finalize().iter().take(6) {
        // Writing to a string does not fail.
        write!(version, "{byte:02x}").ok();
    }
    version
});

const FOR_EVER: &str = "public, max-age=31536000, immutable";
const CSS: &str = "text/css; charset=utf-8";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

struct Asset {
    name: &'static str,
    media: &'static str,
    bytes: &'static [u8],
    compressed: OnceLock<Option<Vec<u8>>>,
}

macro_rules! asset {
    ($media:expr, $file:literal) => {
        asset!($media, $file, $file)
    };
    ($media:expr, $name:literal, $file:literal) => {
        Asset {
            name: $name,
            media: $media,
            bytes: include_bytes!(concat!("../assets/", $file)),
            compressed: OnceLock::new(),
        }
    };
}

static ASSETS: [Asset; 18] = [
    asset!(CSS, "base.css"),
    asset!(CSS, "frame.css"),
    asset!(CSS, "parts.css"),
    asset!(CSS, "forms.css"),
    asset!(CSS, "tables.css"),
    asset!(CSS, "settings.css"),
    asset!(CSS, "graphs.css"),
    asset!(CSS, "uplot.css", "vendor/uplot/uPlot.min.css"),
    asset!(JAVASCRIPT, "uplot.js", "vendor/uplot/uPlot.iife.min.js"),
    asset!(JAVASCRIPT, "frame.js"),
    asset!(JAVASCRIPT, "forms.js"),
    asset!(JAVASCRIPT, "metric.js"),
    asset!(JAVASCRIPT, "graphs.js"),
    asset!(JAVASCRIPT, "chart.js"),
    asset!(CSS, "live.css"),
    asset!(CSS, "workflow.css"),
    asset!(JAVASCRIPT, "live.js"),
    asset!("image/svg+xml", "icon.svg"),
];

pub(crate) fn routes() -> Router<Dashboard> {
    Router::new().route("/dashboard/assets/{version}/{file}", get(read))
}

/// A page that was loaded before a deployment asks for files of the old version: it gets today's, and
/// does not keep them.
async fn read(
    Path((version, file)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asset = ASSETS.iter().find(|asset| asset.name == file);
    let asset = asset.ok_or(Problem::NotFound)?;
    let compressed = asset
        .compressed
        .get_or_init(|| compress::gzip(asset.bytes, Compression::best()));
    let cache = if version == *VERSION {
        FOR_EVER
    } else {
        "no-store"
    };
    let mut response = match compressed {
        Some(compressed) if compress::is_accepted(&headers) => {
            let encoding = [(CONTENT_ENCODING, "gzip")];
            (encoding, compressed.as_slice()).into_response()
        }
        Some(_) | None => asset.bytes.into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(asset.media));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a browser fetches for the page with the most files.
    #[test]
    fn all_files_together_are_well_below_100_kb_over_the_wire() {
        let sizes = ASSETS.iter().map(|asset| {
            compress::gzip(asset.bytes, Compression::best())
                .unwrap()
                .len()
        });
        let sum: usize = sizes.sum();
        assert!(sum < 50_000, "{sum}");
    }

    #[test]
    fn our_own_scripts_have_500_lines_at_most() {
        let own = ASSETS
            .iter()
            .filter(|asset| asset.media == JAVASCRIPT && asset.name != "uplot.js");
        let lines: usize = own
            .map(|asset| std::str::from_utf8(asset.bytes).unwrap().lines().count())
            .sum();
        assert!(lines <= 500, "{lines}");
    }
}
