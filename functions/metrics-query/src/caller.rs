//! Who asks.

use axum::extract::FromRequestParts;
use edge::{AccessToken, Connection, Problem, TokenError};
use event::{KeyId, Timestamp, WorkspaceId};
use http::HeaderMap;
use http::header::{AUTHORIZATION, COOKIE};
use http::request::Parts;
use policy::{ApiKey, KeyRecord, Operation};
use store::QuerySource;

use crate::MetricsQuery;

/// Who asks, as far as it is known before the store is.
#[derive(Debug)]
pub(crate) enum Caller {
    /// Holds an access token whose signature is good. Whether its key is in use, says the key's item.
    Token {
        token: AccessToken,
        connection: Connection,
    },
    /// May ask.
    Judged {
        workspace: WorkspaceId,
        /// Whether a page of the dashboard asks.
        is_page: bool,
    },
}

impl Caller {
    /// Finds out who asks: the holder of an access token, a service account by its key, or somebody who
    /// is signed in at the dashboard. Each role may ask: all may read.
    pub(crate) async fn of(
        metrics_query: &MetricsQuery,
        parts: &mut Parts,
        now: Timestamp,
    ) -> Result<Self, Problem> {
        let connection = Connection::from_request_parts(parts, &()).await?;
        if let Some(token) = access_token(&parts.headers) {
            let token = metrics_query.tokens.verify(token, now).await?;
            return Ok(Self::Token { token, connection });
        }
        let is_page = parts.headers.contains_key(COOKIE)
            && !parts.headers.contains_key(AUTHORIZATION)
            && !parts.headers.contains_key("apikey");
        if is_page {
            let admin = &metrics_query.admin;
            let admitted = admin.admit_request(parts, &connection, now).await?;
            let workspace = admitted.workspace;
            return Ok(Self::Judged { workspace, is_page });
        }
        let (headers, query) = (&parts.headers, parts.uri.query());
        let operation = Operation::QueryMetrics;
        let caller = metrics_query
            .gate
            .admit(headers, query, &connection, operation, now)
            .await?;
        let workspace = caller.workspace;
        Ok(Self::Judged { workspace, is_page })
    }

    /// The tenant.
    pub(crate) const fn workspace(&self) -> &WorkspaceId {
        match self {
            Self::Token { token, .. } => &token.workspace,
            Self::Judged { workspace, .. } => workspace,
        }
    }

    /// The key whose item is still to be looked at.
    pub(crate) const fn key(&self) -> Option<&KeyId> {
        match self {
            Self::Token { token, .. } => Some(&token.key),
            Self::Judged { .. } => None,
        }
    }

    /// Judges the key of a token as it is now: revoked, switched off, from another address, or with
    /// another client secret, its tokens are worth nothing.
    pub(crate) async fn judge(
        &self,
        metrics_query: &MetricsQuery,
        record: Option<&KeyRecord>,
        now: Timestamp,
    ) -> Result<(), Problem> {
        let Self::Token { token, connection } = self else {
            return Ok(());
        };
        let record = record.ok_or(TokenError::Superseded)?;
        let operation = Operation::QueryMetrics;
        metrics_query
            .gate
            .admit_holder(record, connection, operation, now)
            .await?;
        if token.counts_for(record, now) {
            Ok(())
        } else {
            Err(TokenError::Superseded.into())
        }
    }

    /// Where a query of this caller comes from, for the log.
    pub(crate) const fn source(&self, is_saved: bool) -> QuerySource {
        match self {
            Self::Judged { is_page: true, .. } => QuerySource::Dashboard,
            Self::Token { .. } | Self::Judged { .. } if is_saved => QuerySource::Saved,
            Self::Token { .. } | Self::Judged { .. } => QuerySource::AdHoc,
        }
    }
}

/// The bearer token, unless it is meant as a key.
fn access_token(headers: &HeaderMap) -> Option<&str> {
    let authorization = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = authorization.split_once(' ')?;
    let token = token.trim();
    // A token has three parts; what has not is a key that went wrong, and told so.
    let is_token = token.split('.').count() == 3 && !ApiKey::is_meant(token);
    (scheme.eq_ignore_ascii_case("bearer") && is_token).then_some(token)
}
