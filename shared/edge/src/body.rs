//! The body of a request: unpacked, checked, and text.

mod bytes;
mod snappy;
mod unpack;

use std::borrow::Cow;
use std::fmt;

use ::bytes::Bytes;
use axum::body::Body;
use http::HeaderMap;
use http::header::CONTENT_ENCODING;
use http_body_util::{BodyExt, Limited};

use self::unpack::Encoding;
use crate::Problem;

pub use self::bytes::{BodyBytes, media_type};

/// The largest body accepted as sent, in bytes. Lambda takes 6 MB with the envelope, and a binary body
/// grows by a third on the way.
pub const MAX_SENT_BYTES: usize = 4 * 1024 * 1024;
/// The largest body accepted after decompression, in bytes.
pub const MAX_UNPACKED_BYTES: usize = 20 * 1024 * 1024;

/// Which media types a route takes. A body without a `Content-Type` is taken as JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Media {
    /// `application/json`.
    Json,
    /// That, and JSON as `text/plain`: what a browser beacon sends without a preflight.
    JsonOrText,
}

/// The body of a request as text. Dereferencing and [`BodyText::as_str`] give it without a copy.
#[derive(Clone, PartialEq, Eq)]
pub struct BodyText(String);

impl BodyText {
    /// Reads the body: its type, its length as sent, its encoding, its length as unpacked, its UTF-8.
    /// The first of these that is wrong is the problem.
    pub async fn read(headers: &HeaderMap, body: Body, media: Media) -> Result<Self, Problem> {
        media.check(headers)?;
        let encoding = Encoding::of(headers)?;
        Self::from_bytes(encoding.unpack(collect(body).await?)?)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Takes the bytes over without a copy where they have no other owner.
    fn from_bytes(bytes: Bytes) -> Result<Self, Problem> {
        String::from_utf8(bytes.into())
            .map(Self)
            .map_err(|error| Problem::InvalidBody {
                at: format!("byte {}", error.utf8_error().valid_up_to()).into(),
                message: "not UTF-8".into(),
            })
    }
}

impl std::ops::Deref for BodyText {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

/// Without the text: it is a client's data.
impl fmt::Debug for BodyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BodyText({} bytes)", self.0.len())
    }
}

impl Media {
    fn check(self, headers: &HeaderMap) -> Result<(), Problem> {
        let Some(essence) = media_type(headers) else {
            return Ok(());
        };
        let is = |name: &str| essence.eq_ignore_ascii_case(name);
        let accepted = match self {
            Self::Json if is("application/json") => return Ok(()),
            Self::JsonOrText if is("application/json") || is("text/plain") => return Ok(()),
            Self::Json => "application/json",
            Self::JsonOrText => "application/json or text/plain",
        };
        Err(Problem::UnsupportedMediaType { accepted })
    }
}

/// The whole body as sent.
async fn collect(body: Body) -> Result<Bytes, Problem> {
    match Limited::new(body, MAX_SENT_BYTES).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(_) => Err(too_large("4 MB as sent")),
    }
}

fn too_large(limit: &'static str) -> Problem {
    Problem::TooLarge {
        message: Cow::Owned(format!("the body may have at most {limit}")),
    }
}

#[cfg(test)]
mod tests {
    use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};

    use super::*;

    async fn read(
        headers: &[(HeaderName, &str)],
        body: impl Into<Body>,
        media: Media,
    ) -> Result<BodyText, (u16, String)> {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.clone(), HeaderValue::from_str(value).unwrap()))
            .collect();
        let text = BodyText::read(&headers, body.into(), media).await;
        text.map_err(|problem| (problem.status().as_u16(), problem.message().into_owned()))
    }

    #[tokio::test]
    async fn text_is_taken_over_without_a_copy() {
        let sent = "x".repeat(100_000);
        let address = sent.as_ptr();
        let text = read(&[], sent, Media::Json).await.unwrap();
        assert_eq!((text.len(), text.as_ptr()), (100_000, address));
    }

    #[tokio::test]
    async fn json_is_accepted_with_parameters_and_without_a_type() {
        for value in ["application/json", "Application/JSON; charset=utf-8"] {
            assert!(
                read(&[(CONTENT_TYPE, value)], "{}", Media::Json)
                    .await
                    .is_ok(),
                "{value}"
            );
        }
        assert!(read(&[], "{}", Media::Json).await.is_ok());
        assert!(
            read(&[(CONTENT_TYPE, "text/plain")], "{}", Media::JsonOrText)
                .await
                .is_ok()
        );
    }

    #[tokio::test]
    async fn any_other_type_is_refused_naming_the_accepted_ones() {
        for value in [
            "text/plain",
            "application/jsonp",
            "",
            "application/x-www-form-urlencoded",
        ] {
            let (status, message) = read(&[(CONTENT_TYPE, value)], "{}", Media::Json)
                .await
                .unwrap_err();
            assert_eq!(
                (status, &*message),
                (415, "the Content-Type must be application/json")
            );
        }
    }

    #[tokio::test]
    async fn invalid_utf_8_is_named_with_its_place() {
        let error = read(&[], b"{\"a\":\"\xff\"}".to_vec(), Media::Json)
            .await
            .unwrap_err();
        assert_eq!(error, (400, "byte 6: not UTF-8".to_owned()));
    }

    #[tokio::test]
    async fn the_limit_as_sent_is_exact() {
        assert!(
            read(&[], vec![b' '; MAX_SENT_BYTES], Media::Json)
                .await
                .is_ok()
        );
        let error = read(&[], vec![b' '; MAX_SENT_BYTES + 1], Media::Json)
            .await
            .unwrap_err();
        assert_eq!(
            error,
            (413, "the body may have at most 4 MB as sent".to_owned())
        );
    }

    #[test]
    fn a_body_never_shows_in_debug_output() {
        assert_eq!(
            format!("{:?}", BodyText("secret".to_owned())),
            "BodyText(6 bytes)"
        );
    }
}
