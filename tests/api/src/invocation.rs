//! Events of the HTTP API, payload format 2.0, and the functions' answers to them.
//!
//! They say what no client can say of itself: the address it calls from.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Map, Value, json};

use crate::Answer;

/// A request as the HTTP API hands it to a function.
#[derive(Debug, Clone)]
pub struct Invocation {
    pub(crate) function: String,
    method: String,
    path: String,
    source_ip: String,
    headers: Map<String, Value>,
    body: Body,
}

#[derive(Debug, Clone)]
enum Body {
    None,
    Text(String),
    Binary(Vec<u8>),
}

impl Invocation {
    /// A request to the function `ingest` without a body, from the address 198.51.100.1.
    pub fn new(method: &str, path: &str) -> Self {
        Self {
            function: "ingest".to_owned(),
            method: method.to_owned(),
            path: path.to_owned(),
            source_ip: "198.51.100.1".to_owned(),
            headers: Map::new(),
            body: Body::None,
        }
    }

    /// `POST` of a JSON text.
    pub fn post(path: &str, body: impl Into<String>) -> Self {
        let mut invocation = Self::new("POST", path).header("content-type", "application/json");
        invocation.body = Body::Text(body.into());
        invocation
    }

    /// `POST` of bytes that need not be text, as JSON.
    pub fn post_bytes(path: &str, body: impl Into<Vec<u8>>) -> Self {
        let mut invocation = Self::post(path, "");
        invocation.body = Body::Binary(body.into());
        invocation
    }

    /// To another function.
    #[must_use]
    pub fn function(mut self, function: &str) -> Self {
        function.clone_into(&mut self.function);
        self
    }

    /// With this key.
    #[must_use]
    pub fn key(self, key: &str) -> Self {
        self.header("authorization", &format!("Bearer {key}"))
    }

    /// From this address.
    #[must_use]
    pub fn address(mut self, address: &str) -> Self {
        address.clone_into(&mut self.source_ip);
        self
    }

    /// With a header; names are lower case, as the HTTP API makes them.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(name.to_owned(), value.into());
        self
    }

    pub(crate) fn event(&self) -> Value {
        let route = format!("{} {}", self.method, self.path);
        let body = match &self.body {
            Body::None => None,
            Body::Text(text) => Some(text.clone()),
            Body::Binary(bytes) => Some(BASE64_STANDARD.encode(bytes)),
        };
        json!({
            "version": "2.0",
            "routeKey": route,
            "rawPath": self.path,
            "rawQueryString": "",
            "headers": self.headers,
            "requestContext": {
                "accountId": "123456789012",
                "apiId": "api",
                "domainName": "api.example.com",
                "domainPrefix": "api",
                "http": {
                    "method": self.method,
                    "path": self.path,
                    "protocol": "HTTP/1.1",
                    "sourceIp": self.source_ip,
                    "userAgent": "test",
                },
                "requestId": "JKJaXmPLvHcESHA=",
                "routeKey": route,
                "stage": "$default",
                "time": "21/Nov/2026:10:00:00 +0000",
                "timeEpoch": 1_795_255_200_000_u64,
            },
            "body": body,
            "isBase64Encoded": matches!(self.body, Body::Binary(_)),
        })
    }

    /// What the HTTP API would make of a function's answer.
    pub(crate) fn answer(value: &Value) -> Option<Answer> {
        let mut headers = HeaderMap::new();
        for (name, value) in value.get("headers")?.as_object()? {
            let name: HeaderName = name.parse().ok()?;
            headers.insert(name, HeaderValue::from_str(value.as_str()?).ok()?);
        }
        let body = value
            .get("body")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let body = match value.get("isBase64Encoded").and_then(Value::as_bool) {
            Some(true) => String::from_utf8(BASE64_STANDARD.decode(body).ok()?).ok()?,
            Some(false) | None => body.to_owned(),
        };
        let status = u16::try_from(value.get("statusCode")?.as_u64()?).ok()?;
        Some(Answer {
            status,
            headers,
            body,
        })
    }
}
