//! One request to a destination: signed, to a checked address, without redirects, bounded in time and
//! size both ways.
//!
//! A name is resolved by a resolver that lets only public addresses through, and the connection goes to
//! the very addresses that it looked at. What the destination says beyond its status is not kept.

use std::error::Error;
use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use aws_smithy_http_client::{Connector, tls};
use aws_smithy_runtime_api::client::dns::{DnsFuture, ResolveDns, ResolveDnsError};
use aws_smithy_runtime_api::client::http::HttpConnector as _;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use event::Timestamp;
use http_body_util::{BodyExt as _, Limited};
use secrets::WebhookSigner;
use workflow::{Message, address};

/// What is read of an answer's body, so that its connection can be used again; it is thrown away.
const MAX_ANSWER: usize = 64 * 1024;
/// How webhooks say who sends them.
const AGENT: &str = "Weir-Webhooks/1";

/// What came of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Sent {
    /// The destination answered with that status.
    Answered(u16),
    /// It did not answer in time.
    TimedOut,
    /// Its address is not of the public internet.
    Closed,
    /// It is no address, or the request is none.
    Refused(&'static str),
    /// The connection failed, or broke off before an answer.
    Failed(&'static str),
}

impl Sent {
    pub(crate) fn status(&self) -> Option<u16> {
        match self {
            Self::Answered(status) => Some(*status),
            Self::TimedOut | Self::Closed | Self::Refused(_) | Self::Failed(_) => None,
        }
    }

    pub(crate) fn is_success(&self) -> bool {
        self.status()
            .is_some_and(|status| (200..300).contains(&status))
    }

    /// Whether the same request may fare better later. A destination that says "gone" wants none.
    pub(crate) fn may_help_again(&self) -> bool {
        match self {
            Self::Answered(status) => *status != 410,
            Self::TimedOut | Self::Failed(_) => true,
            Self::Closed | Self::Refused(_) => false,
        }
    }

    /// Why it is no success, in words.
    pub(crate) fn why(&self) -> String {
        match self {
            Self::Answered(status @ 300..400) => {
                format!("the destination answered {status}: redirects are not followed")
            }
            Self::Answered(status) => format!("the destination answered {status}"),
            Self::TimedOut => "the destination did not answer in time".to_owned(),
            Self::Closed => {
                "the destination's address is not one of the public internet".to_owned()
            }
            Self::Refused(why) | Self::Failed(why) => (*why).to_owned(),
        }
    }
}

/// Sends webhooks. Connections are kept and shared.
#[derive(Debug)]
pub(crate) struct Sender {
    connector: Connector,
    loopback: bool,
    answer_patience: Duration,
}

impl Sender {
    /// `loopback` lets the machine itself be reached, by `http` too: for development. `answer_patience` is
    /// how long the rest of an answer may take once its status is there.
    pub(crate) fn new(loopback: bool, answer_patience: Duration) -> Self {
        let provider = tls::Provider::Rustls(tls::rustls_provider::CryptoMode::AwsLc);
        let connector = Connector::builder()
            .tls_provider(provider)
            .pool_idle_timeout(Duration::from_secs(20))
            .build_with_resolver(Guard { loopback });
        Self {
            connector,
            loopback,
            answer_patience,
        }
    }

    /// Sends the message once and says what came of it within that time; what an answer says beyond its
    /// status may take longer.
    pub(crate) async fn send(
        &self,
        message: &Message,
        signer: &WebhookSigner,
        now: Timestamp,
        timeout: Duration,
    ) -> Sent {
        let destination = &message.destination;
        let is_plain = destination.as_str().starts_with("http://");
        // A host that is an address is not resolved, so it is looked at here.
        if let Ok(address) = destination.host().parse::<IpAddr>()
            && !may_reach(address, self.loopback)
        {
            return Sent::Closed;
        }
        if is_plain && !self.loopback {
            return Sent::Refused("webhooks go by https only");
        }
        let Some(request) = request(message, signer, now) else {
            return Sent::Refused("the address or a header is not one that a request can have");
        };
        let call = self.connector.call(request);
        let answer = match tokio::time::timeout(timeout, call).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => return failure(&error),
            Err(_) => return Sent::TimedOut,
        };
        let status = answer.status().as_u16();
        let body = Limited::new(answer.into_body(), MAX_ANSWER).collect();
        // Whatever comes of that: the answer is there.
        drop(tokio::time::timeout(self.answer_patience, body).await);
        Sent::Answered(status)
    }
}

fn request(message: &Message, signer: &WebhookSigner, now: Timestamp) -> Option<HttpRequest> {
    let mut request = HttpRequest::new(SdkBody::from(message.body.as_str()));
    let url = format!("{}{}", message.destination, message.path);
    request.set_method("POST").ok()?;
    request.set_uri(url).ok()?;
    let headers = request.headers_mut();
    for (name, value) in &message.headers {
        headers.try_insert(name.clone(), value.clone()).ok()?;
    }
    let signature = signer.sign(&message.id, now, &message.body);
    for (name, value) in [
        ("content-type", "application/json".to_owned()),
        ("user-agent", AGENT.to_owned()),
        ("idempotency-key", message.id.clone()),
        ("webhook-id", message.id.clone()),
        ("webhook-timestamp", now.as_secs().to_string()),
        ("webhook-signature", signature),
    ] {
        headers.try_insert(name, value).ok()?;
    }
    Some(request)
}

/// What an error of the connection means.
fn failure(error: &(dyn Error + 'static)) -> Sent {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.is::<Closed>() {
            return Sent::Closed;
        }
        if error.is::<ResolveDnsError>()
            && error.source().is_none_or(|source| !source.is::<Closed>())
        {
            return Sent::Failed("the destination's name could not be resolved");
        }
        cause = error.source();
    }
    Sent::Failed("the connection failed, or broke off before an answer")
}

fn may_reach(address: IpAddr, loopback: bool) -> bool {
    address::is_public(address) || (loopback && address::is_loopback(address))
}

/// Resolves names, and lets none through of which any address is closed: what is mixed is no mistake.
#[derive(Debug, Clone, Copy)]
struct Guard {
    loopback: bool,
}

impl ResolveDns for Guard {
    fn resolve_dns<'a>(&'a self, name: &'a str) -> DnsFuture<'a> {
        DnsFuture::new(async move {
            let found = tokio::net::lookup_host((name, 0)).await;
            let addresses: Vec<_> = found
                .map_err(ResolveDnsError::new)?
                .map(|address| address.ip())
                .collect();
            let open = |address: &IpAddr| may_reach(*address, self.loopback);
            if addresses.iter().all(open) {
                Ok(addresses)
            } else {
                Err(ResolveDnsError::new(Closed))
            }
        })
    }
}

/// A name leads to an address that is not of the public internet.
#[derive(Debug)]
struct Closed;

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the address is closed")
    }
}

impl Error for Closed {}
