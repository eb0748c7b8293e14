//! What the gateway says about a request: from which address it came, and under which id.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::request::Parts;

use crate::Problem;

/// The caller's end of the connection, as the gateway saw it.
///
/// `requestContext.http` is the source, or a network in front that shows its secret
/// ([`behind_front`](crate::behind_front)): headers such as `X-Forwarded-For` are the caller's to write. An extractor; a request that did not come through [`gateway`](crate::gateway) has none.
#[derive(Clone, PartialEq, Eq)]
pub struct Connection {
    /// The caller's address; an IPv4 address mapped into IPv6 is given as IPv4.
    pub source_ip: IpAddr,
    /// The gateway's id of the request: in every error's body and beside every log line.
    pub request_id: Arc<str>,
}

/// Without the address: this may end in a log.
impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("request_id", &self.request_id)
            .finish_non_exhaustive()
    }
}

impl<S: Sync> FromRequestParts<S> for Connection {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        parts.extensions.get().cloned().ok_or_else(|| {
            tracing::error!("a request did not come through the gateway module");
            Problem::Internal
        })
    }
}
