//! A request as the gateway hands it to a function, and the answer as the gateway gets it.

use std::collections::BTreeMap;

use axum::Router;
use policy::ApiKey;
use serde_json::{Value, json};

/// A request to be sent.
#[derive(Debug, Clone)]
#[must_use = "a request does nothing until it is sent"]
pub struct Call {
    router: Router,
    method: String,
    path: String,
    headers: BTreeMap<String, String>,
    body: Option<Vec<u8>>,
    address: String,
}

impl Call {
    /// A request to a function's routes.
    pub fn new(router: Router, method: &str, path: &str) -> Self {
        let (headers, path) = (BTreeMap::new(), path.to_owned());
        let method = method.to_owned();
        Self {
            router,
            method,
            path,
            headers,
            body: None,
            address: "203.0.113.7".to_owned(),
        }
    }

    /// With the key as bearer token.
    pub fn key(self, key: &ApiKey) -> Self {
        self.header("authorization", &format!("Bearer {}", key.expose()))
    }

    /// With an access token as bearer token.
    pub fn token(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// With a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Without a header.
    pub fn without(mut self, name: &str) -> Self {
        self.headers.remove(name);
        self
    }

    /// With a form as body.
    pub fn form(self, form: &str) -> Self {
        self.bytes(form.as_bytes())
            .header("content-type", "application/x-www-form-urlencoded")
    }

    /// With a JSON body.
    pub fn json(self, body: &Value) -> Self {
        self.text(&body.to_string())
    }

    /// With this text as JSON body.
    pub fn text(self, body: &str) -> Self {
        self.bytes(body.as_bytes())
    }

    /// With these bytes as JSON body.
    pub fn bytes(mut self, body: &[u8]) -> Self {
        self.body = Some(body.to_vec());
        self.header("content-type", "application/json")
    }

    /// From this address.
    pub fn from(mut self, address: &str) -> Self {
        address.clone_into(&mut self.address);
        self
    }

    /// Sends the request and takes the answer.
    pub async fn send(self) -> Answer {
        let event = serde_json::from_value(self.event()).unwrap();
        let answer = edge::gateway::call(self.router, event).await.unwrap();
        Answer {
            status: answer.status_code,
            headers: answer.headers,
            cookies: answer.cookies,
            body: answer.body,
        }
    }

    fn event(&self) -> Value {
        let (path, query) = self.path.split_once('?').unwrap_or((&self.path, ""));
        let text = self.body.as_ref().map(|body| std::str::from_utf8(body));
        let (body, is_base64) = match text {
            None => (Value::Null, false),
            Some(Ok(text)) => (json!(text), false),
            Some(Err(_)) => (
                json!(base64(self.body.as_deref().unwrap_or_default())),
                true,
            ),
        };
        json!({
            "version": "2.0",
            "rawPath": path,
            "rawQueryString": query,
            "headers": self.headers,
            "requestContext": {
                "requestId": "test-request",
                "stage": "$default",
                "http": {"method": self.method, "path": path, "sourceIp": self.address}
            },
            "body": body,
            "isBase64Encoded": is_base64
        })
    }
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::prelude::BASE64_STANDARD.encode(bytes)
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers, in lower case.
    pub headers: BTreeMap<String, String>,
    /// The values of `Set-Cookie`.
    pub cookies: Vec<String>,
    /// The body's text; base64 of a binary one.
    pub body: String,
}

impl Answer {
    /// Status and body, for a snapshot.
    pub fn shown(&self) -> String {
        format!("{} {}", self.status, self.body)
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The code of an error.
    pub fn code(&self) -> String {
        self.json()["error"]["code"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }
}
