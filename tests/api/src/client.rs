//! Requests as a client of the API makes them.

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;

use crate::Answer;
use crate::gateway::Gateway;
use crate::invocation::Invocation;

/// Longer than a function needs to give an unreachable database up. A request that a function does
/// not survive would hang for ever.
const PATIENCE: Duration = Duration::from_secs(20);

/// A client of the API, with a key or without.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    gateway: Gateway,
    key: Option<String>,
}

impl Client {
    pub(crate) fn new(gateway: Gateway) -> Self {
        Self {
            http: http(PATIENCE),
            gateway,
            key: None,
        }
    }

    /// The same client, which waits for an answer for so long.
    #[must_use]
    pub fn patient(mut self, patience: Duration) -> Self {
        self.http = http(patience);
        self
    }

    /// The same client with this key, as `Authorization: Bearer`.
    #[must_use]
    pub fn with_key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// The key, if it has one.
    pub fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// Where it sends to: scheme, host and port.
    pub fn base(&self) -> String {
        self.gateway.base()
    }

    /// A request to build upon.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self
            .http
            .request(method, format!("{}{path}", self.gateway.base()));
        match &self.key {
            Some(key) => request.header(AUTHORIZATION, format!("Bearer {key}")),
            None => request,
        }
    }

    /// Sends a request that was built.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        Answer::of(request.send().await.expect("an answer")).await
    }

    /// `POST` of a JSON text, as it is.
    pub async fn post_text(&self, path: &str, body: impl Into<String>) -> Answer {
        let request = self
            .request(Method::POST, path)
            .header(CONTENT_TYPE, "application/json");
        self.send(request.body(body.into())).await
    }

    /// `POST` of a JSON value.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.post_text(path, body.to_string()).await
    }

    /// `GET`.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    /// `DELETE`.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path)).await
    }

    /// Hands a function the event that the gateway would make of a request. The key is not added.
    pub async fn invoke(&self, invocation: &Invocation) -> Answer {
        let (status, text) = self
            .invoke_raw(&invocation.function, &invocation.event())
            .await;
        let value = serde_json::from_str(&text).unwrap_or_default();
        Invocation::answer(&value)
            .unwrap_or_else(|| panic!("not an answer for the gateway ({status}): {text}"))
    }

    /// Hands a function any event; gives the status of the Invoke API and what the function said.
    pub async fn invoke_raw(&self, function: &str, event: &Value) -> (u16, String) {
        self.try_invoke(function, event).await.expect("an answer")
    }

    /// The same where the function may not be there.
    pub(crate) async fn try_invoke(
        &self,
        function: &str,
        event: &Value,
    ) -> reqwest::Result<(u16, String)> {
        let request = self.http.post(self.gateway.invoke_url(function));
        let answer = request.body(event.to_string()).send().await?;
        Ok((answer.status().as_u16(), answer.text().await?))
    }
}

fn http(patience: Duration) -> reqwest::Client {
    let http = reqwest::Client::builder().no_proxy().timeout(patience);
    http.build().expect("an HTTP client")
}
