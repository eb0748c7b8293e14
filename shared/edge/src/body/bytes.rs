//! The body of a request as bytes, for formats that are not text.

use std::fmt;

use axum::body::Body;
use bytes::Bytes;
use http::HeaderMap;
use http::header::CONTENT_TYPE;

use super::unpack::Encoding;
use crate::Problem;

/// The body of a request, unpacked: with the limits of [`BodyText`](crate::BodyText), and snappy
/// beside gzip and zstd. Its type and its text are for the caller to check.
#[derive(Clone, PartialEq, Eq)]
pub struct BodyBytes(Bytes);

impl BodyBytes {
    /// Reads the body: its encoding, its length as sent, its length as unpacked. The first of these
    /// that is wrong is the problem.
    pub async fn read(headers: &HeaderMap, body: Body) -> Result<Self, Problem> {
        let encoding = Encoding::of_machine(headers)?;
        let sent = super::collect(body).await?;
        encoding.unpack(sent).map(Self)
    }
}

impl std::ops::Deref for BodyBytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

/// Without the bytes: they are a client's data.
impl fmt::Debug for BodyBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BodyBytes({})", self.0.len())
    }
}

/// The media type of a body without its parameters, such as `application/json`; `None` where the
/// request names none. To be compared whatever the case of its letters.
pub fn media_type(headers: &HeaderMap) -> Option<&str> {
    let given = headers.get(CONTENT_TYPE)?.to_str().unwrap_or_default();
    Some(given.split(';').next().unwrap_or_default().trim())
}
