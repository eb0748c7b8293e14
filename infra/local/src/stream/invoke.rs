//! The function a stream is delivered to.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

/// Longer than a projection takes, shorter than a developer waits for a function that hangs.
const TIMEOUT: Duration = Duration::from_mins(1);

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failure {
    /// The function failed.
    Function(String),
    /// The function was not reached, or had no room.
    Unreachable(String),
}

type Answer = Pin<Box<dyn Future<Output = Result<Value, String>> + Send>>;
type Handler = dyn Fn(Value) -> Answer + Send + Sync;

/// Where batches go.
#[derive(Clone)]
pub struct Target(Kind);

#[derive(Clone)]
enum Kind {
    Lambda {
        client: reqwest::Client,
        url: String,
    },
    Handler(Arc<Handler>),
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Lambda { url, .. } => write!(f, "Target({url})"),
            Kind::Handler(_) => f.write_str("Target(handler)"),
        }
    }
}

impl Target {
    /// A function behind Lambda's invoke API: `POST {base}/2015-03-31/functions/{function}/invocations`.
    ///
    /// A status other than 2xx, an `X-Amz-Function-Error` header or an answer that is no JSON is a
    /// failed batch. No connection, no answer within a minute, and the statuses 404, 429, 502, 503
    /// and 504 are a function that is not there.
    pub fn lambda(base: &str, function: &str) -> Self {
        let base = base.trim_end_matches('/');
        Self(Kind::Lambda {
            client: client(),
            url: format!("{base}/2015-03-31/functions/{function}/invocations"),
        })
    }

    /// A function in this process. `Err` is a failed batch.
    pub fn handler<F, A>(handler: F) -> Self
    where
        F: Fn(Value) -> A + Send + Sync + 'static,
        A: Future<Output = Result<Value, String>> + Send + 'static,
    {
        Self(Kind::Handler(Arc::new(move |event| {
            Box::pin(handler(event))
        })))
    }

    /// The function's answer to an event.
    pub(super) async fn invoke(&self, event: Value) -> Result<Value, Failure> {
        match &self.0 {
            Kind::Handler(handler) => handler(event).await.map_err(Failure::Function),
            Kind::Lambda { client, url } => post(client, url, &event).await,
        }
    }
}

/// A client that goes straight to loopback, whatever proxy the environment names.
fn client() -> reqwest::Client {
    reqwest::Client::builder()
        .no_proxy()
        .build()
        .unwrap_or_default()
}

async fn post(client: &reqwest::Client, url: &str, event: &Value) -> Result<Value, Failure> {
    let lost = |error: reqwest::Error| Failure::Unreachable(error.without_url().to_string());
    let request = client.post(url).timeout(TIMEOUT).json(event);
    let response = request.send().await.map_err(lost)?;
    let status = response.status();
    let function_error = response.headers().contains_key("x-amz-function-error");
    let body = response.bytes().await.map_err(lost)?;
    if function_error || !status.is_success() {
        let text = String::from_utf8_lossy(&body);
        let reason = format!(
            "status {status}: {}",
            text.chars().take(300).collect::<String>()
        );
        return Err(match status.as_u16() {
            404 | 429 | 502 | 503 | 504 => Failure::Unreachable(reason),
            _ => Failure::Function(reason),
        });
    }
    if body.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_slice(&body)
        .map_err(|error| Failure::Function(format!("the answer is no JSON: {error}")))
}
