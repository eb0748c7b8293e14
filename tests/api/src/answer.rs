//! What came back for a request.

use std::fmt;

use reqwest::header::HeaderMap;
use serde_json::Value;

/// A status, headers and a text. Prints as status and body, the request id left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as text, empty if there is none.
    pub body: String,
}

impl Answer {
    pub(crate) async fn of(response: reqwest::Response) -> Self {
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let body = response.text().await.expect("a body that is text");
        Self {
            status,
            headers,
            body,
        }
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body)
            .unwrap_or_else(|error| panic!("the body is no JSON ({error}): {self}"))
    }

    /// The error's code; empty where the answer is no error.
    pub fn code(&self) -> String {
        let body: Value = serde_json::from_str(&self.body).unwrap_or_default();
        body.pointer("/error/code")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    }

    /// A header's value; empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().expect("a header that is text"))
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.status)?;
        if self.body.is_empty() {
            return Ok(());
        }
        match without_request_id(&self.body) {
            Some(body) => write!(f, " {body}"),
            None => write!(f, " {}", self.body),
        }
    }
}

/// The body of an error with its request id, which must not be empty, left out.
fn without_request_id(body: &str) -> Option<String> {
    const MEMBER: &str = r#""requestId":""#;
    let start = body.find(MEMBER)? + MEMBER.len();
    let end = start + body.get(start..)?.find('"')?;
    (end > start).then(|| format!("{}[id]{}", &body[..start], &body[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_request_id_shows() {
        let id = |id| without_request_id(&format!(r#"{{"error":{{"requestId":"{id}"}}}}"#));
        assert_eq!(
            id("a-1").as_deref(),
            Some(r#"{"error":{"requestId":"[id]"}}"#)
        );
        assert_eq!(id(""), None);
    }
}
