//! What the targets share: the moment at which a body arrives, and the limit on memory.
//!
//! A target fails when its decoder panics, hangs, or takes more memory than [`bounded`] allows.

use axum::body::Body;
use edge::{BodyBytes, MAX_UNPACKED_BYTES};
use event::Timestamp;
use futures_util::FutureExt;
use http::header::CONTENT_ENCODING;
use http::{HeaderMap, HeaderValue};
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// When every body arrives: 2026-11-21T06:00:00Z.
pub const NOW: Timestamp = Timestamp::from_millis(1_795_240_800_000);

/// Most memory that a decoder may take, in bytes.
const LIMIT: usize = 8 * MAX_UNPACKED_BYTES;

/// Runs a decoder.
///
/// # Panics
///
/// Where it takes more than eight times the largest body.
pub fn bounded<T>(decode: impl FnOnce() -> T) -> T {
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let decoded = decode();
    let taken = MEMORY.peak_usage().saturating_sub(before);
    assert!(taken <= LIMIT, "took {taken} bytes");
    decoded
}

/// Unpacks a body that says it is of that `Content-Encoding`; gives its length.
///
/// # Panics
///
/// Where what comes out is larger than a body may be.
pub fn unpack(encoding: &'static str, sent: &[u8]) -> Option<usize> {
    let headers = HeaderMap::from_iter([(CONTENT_ENCODING, HeaderValue::from_static(encoding))]);
    let body = Body::from(sent.to_vec());
    let unpacked = bounded(|| BodyBytes::read(&headers, body).now_or_never());
    let length = unpacked
        .expect("a body in memory is there at once")
        .ok()?
        .len();
    assert!(length <= MAX_UNPACKED_BYTES, "{length} bytes came out");
    Some(length)
}
