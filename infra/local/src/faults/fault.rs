//! One fault: what goes wrong, for which requests, how often.

use std::time::Duration;

use crate::Service;

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Throttled,
    RateExceeded,
    Conflict,
    ConditionFailed,
    ServerError,
    Refused,
    Hang,
    Slow(Duration),
    AnswerLost,
    Unprocessed,
}

/// A fault, in force from [`crate::Faults::inject`] until it is spent or cleared.
///
/// Without further words it hits every request to DynamoDB.
#[derive(Debug, Clone)]
pub struct Fault {
    kind: Kind,
    service: Service,
    action: Option<String>,
    table: Option<String>,
    skip: u64,
    every: u64,
    times: Option<u64>,
}

impl Fault {
    const fn new(kind: Kind) -> Self {
        Self {
            kind,
            service: Service::DynamoDb,
            action: None,
            table: None,
            skip: 0,
            every: 1,
            times: None,
        }
    }

    /// `ProvisionedThroughputExceededException`: nothing is applied. The other services answer
    /// `ThrottlingException` (`Throttling` for CloudWatch).
    pub const fn throttled() -> Self {
        Self::new(Kind::Throttled)
    }

    /// `ThrottlingException`, "Rate exceeded": nothing is applied.
    pub const fn rate_exceeded() -> Self {
        Self::new(Kind::RateExceeded)
    }

    /// A conflict with a transaction under way: `TransactionConflictException`, or for a
    /// transaction `TransactionCanceledException` with the reason `TransactionConflict`.
    pub const fn conflict() -> Self {
        Self::new(Kind::Conflict)
    }

    /// `ConditionalCheckFailedException`, or for a transaction `TransactionCanceledException` with
    /// the reason `ConditionalCheckFailed` on its first item.
    pub const fn condition_failed() -> Self {
        Self::new(Kind::ConditionFailed)
    }

    /// Status 500, nothing applied.
    pub const fn server_error() -> Self {
        Self::new(Kind::ServerError)
    }

    /// The connection is cut without an answer, nothing applied. Where no action and table are
    /// named and no counts are set, new connections are cut as well: an outage.
    pub const fn refused() -> Self {
        Self::new(Kind::Refused)
    }

    /// The request never gets an answer, and nothing is applied.
    pub const fn hang() -> Self {
        Self::new(Kind::Hang)
    }

    /// The request is handled after this time.
    pub const fn slow(delay: Duration) -> Self {
        Self::new(Kind::Slow(delay))
    }

    /// The request is applied and its answer lost: the connection is cut.
    pub const fn answer_lost() -> Self {
        Self::new(Kind::AnswerLost)
    }

    /// A `BatchWriteItem` or `BatchGetItem` gives all of its items back as unprocessed; other
    /// actions are throttled.
    pub const fn unprocessed() -> Self {
        Self::new(Kind::Unprocessed)
    }

    /// Hits another service than DynamoDB. `conflict`, `condition_failed` and `unprocessed` mean
    /// status 500 there.
    #[must_use]
    pub const fn on_service(mut self, service: Service) -> Self {
        self.service = service;
        self
    }

    /// Hits only the action of this name.
    #[must_use]
    pub fn on_action(mut self, action: impl Into<String>) -> Self {
        self.action = Some(action.into());
        self
    }

    /// Hits only requests that touch this table (or secret).
    #[must_use]
    pub fn on_table(mut self, table: impl Into<String>) -> Self {
        self.table = Some(table.into());
        self
    }

    /// Lets so many matching requests pass first.
    #[must_use]
    pub const fn skip(mut self, requests: u64) -> Self {
        self.skip = requests;
        self
    }

    /// Hits each n-th matching request only, beginning with the first after those skipped.
    #[must_use]
    pub const fn every(mut self, nth: u64) -> Self {
        self.every = if nth == 0 { 1 } else { nth };
        self
    }

    /// Is spent after so many hits.
    #[must_use]
    pub const fn times(mut self, hits: u64) -> Self {
        self.times = Some(hits);
        self
    }

    pub(crate) const fn kind(&self) -> Kind {
        self.kind
    }

    pub(crate) const fn is_delay(&self) -> bool {
        matches!(self.kind, Kind::Slow(_))
    }

    pub(crate) fn is_outage_of(&self, service: Service) -> bool {
        self.kind == Kind::Refused
            && self.service == service
            && self.action.is_none()
            && self.table.is_none()
            && (self.skip, self.every, self.times) == (0, 1, None)
    }

    pub(crate) fn matches(&self, service: Service, action: &str, tables: &[String]) -> bool {
        self.service == service
            && self.action.as_deref().is_none_or(|wanted| wanted == action)
            && self
                .table
                .as_ref()
                .is_none_or(|wanted| tables.contains(wanted))
    }

    /// Whether the n-th matching request (from 1) is hit.
    pub(crate) const fn strikes(&self, nth: u64) -> bool {
        nth > self.skip && (nth - self.skip - 1).is_multiple_of(self.every)
    }

    pub(crate) fn is_spent(&self, hits: u64) -> bool {
        self.times.is_some_and(|times| hits >= times)
    }
}
