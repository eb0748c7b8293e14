//! The event of an HTTP API.

use std::borrow::Cow;
use std::net::IpAddr;

use axum::body::Body;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::header::COOKIE;
use http::{HeaderMap, HeaderValue, Method, Request, Uri};
use serde::Deserialize;

use super::{headers, path};
use crate::Connection;

/// A request as an HTTP API hands it to a function, payload format 2.0.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    raw_path: String,
    #[serde(default)]
    raw_query_string: Option<String>,
    #[serde(default, deserialize_with = "headers::deserialize")]
    headers: HeaderMap,
    #[serde(default)]
    cookies: Option<Vec<String>>,
    request_context: RequestContext,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    is_base64_encoded: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RequestContext {
    request_id: String,
    #[serde(default)]
    stage: Option<String>,
    /// Set by the gateway; an emulator that knows no API leaves it out.
    #[serde(default)]
    api_id: Option<String>,
    http: Http,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Http {
    method: String,
    source_ip: String,
}

/// What no gateway sends. The function that is called so has been called by mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// The caller's address is no IP address. Without it no address rule could be judged.
    #[error("requestContext.http.sourceIp is not an IP address")]
    SourceIp,
    /// The method is none.
    #[error("requestContext.http.method is not an HTTP method")]
    Method,
    /// Path and query are too long for an address.
    #[error("rawPath and rawQueryString are not a path and a query")]
    Path,
    /// The body is said to be base64 and is not.
    #[error("body is not the base64 that isBase64Encoded says")]
    Body,
}

impl Event {
    /// The request that the event stands for, with its [`Connection`] as an extension.
    pub fn into_request(self) -> Result<Request<Body>, EventError> {
        let RequestContext {
            request_id,
            stage,
            api_id,
            http,
        } = self.request_context;
        let source_ip: IpAddr = http.source_ip.parse().map_err(|_| EventError::SourceIp)?;

        let path = path::without_stage(&self.raw_path, stage.as_deref());
        let path = if api_id.is_some() {
            path::encode(path)
        } else {
            path::repair(path)
        };
        let body = match self.body {
            None => Body::empty(),
            Some(text) if self.is_base64_encoded => {
                Body::from(BASE64_STANDARD.decode(text).map_err(|_| EventError::Body)?)
            }
            Some(text) => Body::from(text),
        };

        let mut request = Request::new(body);
        *request.method_mut() =
            Method::from_bytes(http.method.as_bytes()).map_err(|_| EventError::Method)?;
        *request.uri_mut() = uri(path, self.raw_query_string.as_deref().unwrap_or_default())?;
        *request.headers_mut() = self.headers;
        // The gateway takes cookies out of the headers.
        if let Some(cookies) = self.cookies.filter(|cookies| !cookies.is_empty())
            && let Ok(cookies) = HeaderValue::try_from(cookies.join("; "))
        {
            request.headers_mut().insert(COOKIE, cookies);
        }
        request.extensions_mut().insert(Connection {
            source_ip: source_ip.to_canonical(),
            request_id: request_id.into(),
        });
        Ok(request)
    }
}

fn uri(path: Cow<'_, str>, query: &str) -> Result<Uri, EventError> {
    let text = if query.is_empty() {
        path.into_owned()
    } else {
        format!("{path}?{}", path::repair_query(query))
    };
    Uri::try_from(text).map_err(|_| EventError::Path)
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;
    use serde_json::{Value, json};

    use super::*;

    fn event(change: impl FnOnce(&mut Value)) -> Event {
        let mut event = json!({
            "version": "2.0",
            "routeKey": "POST /event/ingest",
            "rawPath": "/event/ingest",
            "rawQueryString": "",
            "headers": {"content-type": "application/json", "x-forwarded-for": "9.9.9.9"},
            "requestContext": {
                "accountId": "123456789012",
                "apiId": "abc",
                "domainName": "abc.execute-api.eu-central-1.amazonaws.com",
                "http": {
                    "method": "POST",
                    "path": "/event/ingest",
                    "protocol": "HTTP/1.1",
                    "sourceIp": "203.0.113.7",
                    "userAgent": "test"
                },
                "requestId": "id-1",
                "routeKey": "POST /event/ingest",
                "stage": "$default",
                "time": "21/Nov/2026:05:00:00 +0000",
                "timeEpoch": 1_795_237_200_000_i64
            },
            "body": "{}",
            "isBase64Encoded": false
        });
        change(&mut event);
        serde_json::from_value(event).unwrap()
    }

    fn request(change: impl FnOnce(&mut Value)) -> Request<Body> {
        event(change).into_request().unwrap()
    }

    async fn body(request: Request<Body>) -> Vec<u8> {
        request
            .into_body()
            .collect()
            .await
            .unwrap()
            .to_bytes()
            .to_vec()
    }

    #[tokio::test]
    async fn method_path_headers_body_and_connection_are_those_of_the_event() {
        let request = request(|event| event["rawQueryString"] = json!("a=1&b=%20"));
        assert_eq!(request.method(), Method::POST);
        assert_eq!(request.uri(), "/event/ingest?a=1&b=%20");
        assert_eq!(request.headers()["content-type"], "application/json");
        let connection: &Connection = request.extensions().get().unwrap();
        assert_eq!(&*connection.request_id, "id-1");
        assert_eq!(body(request).await, b"{}");
    }

    #[test]
    fn the_address_is_the_one_that_the_gateway_saw_and_no_header() {
        let address = |text: &str| {
            let request = request(|event| {
                event["requestContext"]["http"]["sourceIp"] = json!(text);
            });
            request
                .extensions()
                .get::<Connection>()
                .unwrap()
                .source_ip
                .to_string()
        };
        assert_eq!(address("203.0.113.7"), "203.0.113.7");
        assert_eq!(address("2001:db8::1"), "2001:db8::1");
        assert_eq!(address("::ffff:203.0.113.7"), "203.0.113.7");
    }

    #[test]
    fn an_event_without_a_readable_address_is_no_request() {
        for text in ["", "localhost", "192.168.0.1/32", "1.2.3"] {
            let event = event(|event| event["requestContext"]["http"]["sourceIp"] = json!(text));
            assert_eq!(
                event.into_request().unwrap_err(),
                EventError::SourceIp,
                "{text}"
            );
        }
    }

    #[test]
    fn a_decoded_path_of_the_gateway_is_encoded_again() {
        let path = |raw: &str| {
            request(|event| event["rawPath"] = json!(raw))
                .uri()
                .to_string()
        };
        assert_eq!(
            path("/profile/a b?#%20ü"),
            "/profile/a%20b%3F%23%2520%C3%BC"
        );
    }

    #[test]
    fn an_encoded_path_of_an_emulator_stays_as_it_is() {
        let path = |raw: &str| {
            let request = request(|event| {
                event["rawPath"] = json!(raw);
                event["requestContext"]["apiId"] = Value::Null;
            });
            request.uri().to_string()
        };
        assert_eq!(path("/profile/a%20b%2Fc"), "/profile/a%20b%2Fc");
    }

    #[tokio::test]
    async fn a_binary_body_is_decoded() {
        let encoded = |text: &str| {
            event(|event| {
                event["body"] = json!(text);
                event["isBase64Encoded"] = json!(true);
            })
        };
        assert_eq!(
            body(encoded("H4sI/w==").into_request().unwrap()).await,
            b"\x1f\x8b\x08\xff"
        );
        assert_eq!(
            encoded("H4s*").into_request().unwrap_err(),
            EventError::Body
        );
    }

    #[tokio::test]
    async fn absent_members_are_as_good_as_null() {
        let null = request(|event| event["rawQueryString"] = Value::Null);
        assert_eq!(null.uri(), "/event/ingest");
        let request = request(|event| {
            let event = event.as_object_mut().unwrap();
            for member in ["headers", "body", "rawQueryString", "isBase64Encoded"] {
                event.remove(member);
            }
            event.insert("cookies".to_owned(), Value::Null);
        });
        assert!(request.headers().is_empty());
        assert_eq!(body(request).await, b"");
    }

    #[test]
    fn cookies_come_back_as_one_header() {
        let request = request(|event| event["cookies"] = json!(["a=1", "b=2"]));
        assert_eq!(request.headers()["cookie"], "a=1; b=2");
    }
}
