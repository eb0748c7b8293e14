//! The answer to an HTTP API.

use std::collections::BTreeMap;

use axum::response::Response;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderValue};
use http_body_util::BodyExt;
use serde::Serialize;

/// A response as an HTTP API takes it from a function, payload format 2.0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    /// The HTTP status.
    pub status_code: u16,
    /// The headers but for cookies. The format has one value per name: more are joined by commas.
    pub headers: BTreeMap<String, String>,
    /// The values of `Set-Cookie`. Always there: the local gateway takes no answer without it.
    pub cookies: Vec<String>,
    /// The body: text, or base64 where it is not UTF-8.
    pub body: String,
    /// Whether the body is base64.
    pub is_base64_encoded: bool,
}

impl Answer {
    /// Reads the whole response.
    pub async fn read(response: Response) -> Self {
        let (mut parts, body) = response.into_parts();
        let bytes = match body.collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) => {
                // Bodies are made in memory: none can break off.
                tracing::error!(%error, "the body of an answer broke off");
                parts.status = http::StatusCode::INTERNAL_SERVER_ERROR;
                bytes::Bytes::new()
            }
        };
        let (body, is_base64_encoded) = match String::from_utf8(bytes.into()) {
            Ok(text) => (text, false),
            Err(binary) => (BASE64_STANDARD.encode(binary.as_bytes()), true),
        };
        let cookies = parts.headers.get_all(SET_COOKIE).iter().map(text).collect();
        parts.headers.remove(SET_COOKIE);
        let status_code = parts.status.as_u16();
        Self {
            status_code,
            headers: joined(&parts.headers),
            cookies,
            body,
            is_base64_encoded,
        }
    }
}

fn joined(headers: &HeaderMap) -> BTreeMap<String, String> {
    headers
        .keys()
        .map(|name| {
            let values: Vec<_> = headers.get_all(name).iter().map(text).collect();
            (name.as_str().to_owned(), values.join(", "))
        })
        .collect()
}

fn text(value: &HeaderValue) -> String {
    String::from_utf8_lossy(value.as_bytes()).into_owned()
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    #[tokio::test]
    async fn text_stays_text_and_repeated_headers_are_joined() {
        let response = Response::builder()
            .status(201)
            .header("vary", "origin")
            .header("vary", "accept")
            .header("set-cookie", "a=1")
            .header("set-cookie", "b=2")
            .body(Body::from("grüße"))
            .unwrap();
        insta::assert_json_snapshot!(Answer::read(response).await, @r#"
        {
          "statusCode": 201,
          "headers": {
            "vary": "origin, accept"
          },
          "cookies": [
            "a=1",
            "b=2"
          ],
          "body": "grüße",
          "isBase64Encoded": false
        }
        "#);
    }

    #[tokio::test]
    async fn what_is_not_utf_8_becomes_base64() {
        let response = Response::new(Body::from(vec![0x1f, 0x8b, 0xff]));
        let answer = Answer::read(response).await;
        assert_eq!(
            (answer.body.as_str(), answer.is_base64_encoded),
            ("H4v/", true)
        );
    }
}
