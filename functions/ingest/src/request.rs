//! From a request to its caller and its body, with the key's read and the decoding side by side.

use std::net::IpAddr;

use axum::body::Body;
use axum::extract::FromRequestParts;
use edge::{BodyBytes, BodyText, Caller, Connection, Media, Presented, Problem, Refusals};
use event::Timestamp;
use http::request::Parts;
use http::{HeaderMap, Request};
use policy::Operation;

use crate::Ingest;
use crate::sources::Unreadable;

/// The header with which a client marks a request as the same one again.
const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// A request on its way to being judged.
pub(crate) struct Inbound<B = BodyText> {
    parts: Parts,
    connection: Connection,
    body: Result<B, Problem>,
    /// When it arrived.
    pub received_at: Timestamp,
}

impl Inbound<()> {
    /// The request, and its body still to be read. What presents no key, or none that could be one, ends
    /// here: it costs no more than that.
    async fn open(ingest: &Ingest, request: Request<Body>) -> Result<(Self, Body), Problem> {
        let received_at = ingest.clock.now();
        let (mut parts, body) = request.into_parts();
        let connection = Connection::from_request_parts(&mut parts, &()).await?;
        Presented::key(&parts.headers, parts.uri.query())?;
        let inbound = Self {
            parts,
            connection,
            body: Ok(()),
            received_at,
        };
        Ok((inbound, body))
    }

    fn with<B>(self, body: Result<B, Problem>) -> Inbound<B> {
        Inbound {
            parts: self.parts,
            connection: self.connection,
            body,
            received_at: self.received_at,
        }
    }
}

impl Inbound {
    /// Unpacks the body. What is wrong with it is said only to a caller whose key is good.
    pub(crate) async fn read(ingest: &Ingest, request: Request<Body>) -> Result<Self, Problem> {
        let (inbound, body) = Inbound::open(ingest, request).await?;
        let body = BodyText::read(inbound.headers(), body, Media::JsonOrText).await;
        Ok(inbound.with(body))
    }

    /// Judges the caller while `decode` reads the body; a refusal of the key comes first.
    pub(crate) async fn admit<'a, T>(
        &'a self,
        ingest: &Ingest,
        operation: Operation,
        decode: impl FnOnce(&'a str) -> Result<T, Unreadable>,
    ) -> Result<(Caller, T), Problem> {
        self.judge(ingest, operation, |text| decode(text).map_err(problem))
            .await
    }

    /// As [`Inbound::admit`], for a body whose reading says itself what is wrong.
    pub(crate) async fn admit_json<'a, T>(
        &'a self,
        ingest: &Ingest,
        operation: Operation,
        decode: impl FnOnce(&'a str) -> Result<T, Problem>,
    ) -> Result<(Caller, T), Problem> {
        self.judge(ingest, operation, |text| decode(text)).await
    }
}

impl Inbound<BodyBytes> {
    /// As [`Inbound::read`], for a body of one of these media types that need not be text. A body
    /// without a type is taken.
    pub(crate) async fn read_bytes(
        ingest: &Ingest,
        request: Request<Body>,
        media: MediaTypes,
    ) -> Result<Self, Problem> {
        let (inbound, body) = Inbound::open(ingest, request).await?;
        let body = match media.check(inbound.headers()) {
            Ok(()) => BodyBytes::read(inbound.headers(), body).await,
            Err(problem) => Err(problem),
        };
        Ok(inbound.with(body))
    }

    /// As [`Inbound::admit`], for the bytes of the body.
    pub(crate) async fn admit_bytes<'a, T>(
        &'a self,
        ingest: &Ingest,
        operation: Operation,
        decode: impl FnOnce(&'a [u8]) -> Result<T, Unreadable>,
    ) -> Result<(Caller, T), Problem> {
        self.judge(ingest, operation, |bytes| {
            decode(bytes).map_err(problem_of_records)
        })
        .await
    }
}

impl<B> Inbound<B> {
    async fn judge<'a, T>(
        &'a self,
        ingest: &Ingest,
        operation: Operation,
        decode: impl FnOnce(&'a B) -> Result<T, Problem>,
    ) -> Result<(Caller, T), Problem> {
        let Parts { headers, uri, .. } = &self.parts;
        let admitted = ingest.gate.admit(
            headers,
            uri.query(),
            &self.connection,
            operation,
            self.received_at,
        );
        let decoded = async {
            let body = self.body.as_ref().map_err(Problem::clone)?;
            // The request for the key leaves first: decoding does not pause.
            tokio::task::yield_now().await;
            decode(body)
        };
        let (caller, decoded) = tokio::join!(biased; admitted, decoded);
        let caller = caller?;
        match decoded {
            Ok(decoded) => Ok((caller, decoded)),
            Err(problem) => {
                self.count_refused(ingest, &caller, &problem).await;
                Err(problem)
            }
        }
    }

    /// Counts the whole request as refused, in the metrics and in the key's usage.
    pub(crate) async fn count_refused(&self, ingest: &Ingest, caller: &Caller, problem: &Problem) {
        if problem.is_ours() {
            return;
        }
        let code = problem.code();
        ingest.metrics.refused(&caller.workspace, code, 1);
        let (path, message) = if let Problem::InvalidBody { at: path, message }
        | Problem::InvalidEvent { path, message } = problem
        {
            (&**path, &**message)
        } else if let Problem::TooLarge { message } = problem {
            ("", &**message)
        } else {
            // Of others the code says it all.
            ("", "")
        };
        let refusals = Refusals {
            workspace: &caller.workspace,
            key_id: &caller.key_id,
            reasons: &[(code, 1)],
            sample: code,
            name: None,
            path,
            message,
            address: self.source_ip(),
        };
        ingest.tally.refused(&refusals, self.received_at).await;
    }

    /// The headers.
    pub(crate) fn headers(&self) -> &HeaderMap {
        &self.parts.headers
    }

    /// The caller's address, as the gateway saw it.
    pub(crate) fn source_ip(&self) -> IpAddr {
        self.connection.source_ip
    }

    /// The client's mark for this request, if it sent one.
    pub(crate) fn idempotency_key(&self) -> Option<&str> {
        self.parts
            .headers
            .get(IDEMPOTENCY_KEY)?
            .to_str()
            .ok()
            .filter(|key| !key.is_empty())
    }
}

/// The media types that a route takes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MediaTypes {
    /// Each of them.
    pub names: &'static [&'static str],
    /// How a refusal names them.
    pub shown: &'static str,
}

impl MediaTypes {
    fn check(self, headers: &HeaderMap) -> Result<(), Problem> {
        let Some(given) = edge::media_type(headers) else {
            return Ok(());
        };
        if self
            .names
            .iter()
            .any(|name| name.eq_ignore_ascii_case(given))
        {
            return Ok(());
        }
        Err(Problem::UnsupportedMediaType {
            accepted: self.shown,
        })
    }
}

fn problem(unreadable: Unreadable) -> Problem {
    match unreadable {
        Unreadable::Malformed { at, message } => Problem::InvalidBody {
            at: at.into(),
            message: message.into(),
        },
        Unreadable::TooMany { max } => Problem::TooLarge {
            message: format!("events[{max}]: a batch may have at most {max} events").into(),
        },
    }
}

fn problem_of_records(unreadable: Unreadable) -> Problem {
    match unreadable {
        Unreadable::Malformed { .. } => problem(unreadable),
        Unreadable::TooMany { max } => Problem::TooLarge {
            message: format!("a request may have at most {max} records").into(),
        },
    }
}
