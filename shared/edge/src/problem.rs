//! Every error answer there is, and the one place that turns errors into HTTP.

mod answer;
mod below;
mod query;
mod rpc;

use std::borrow::Cow;
use std::time::Duration;

use http::StatusCode;
use policy::Refusal;
use serde::Serialize;

use crate::TokenError;

pub(crate) use answer::{take, write_body};
pub use query::QueryFault;

/// After how long a client may ask again when the store did not answer.
const RETRY_UNAVAILABLE: Duration = Duration::from_secs(2);

/// What went wrong with a request. Each variant has one status and one code, which clients may
/// switch on: they never change.
///
/// A problem is an answer: a handler returns it as the error of a `Result`. Its body,
/// `{"error":{"code","message","requestId"}}`, is written where the request's id is known, by the
/// layers of [`api`](crate::api) and [`ingest_api`](crate::ingest_api).
///
/// Texts say what is wrong and where. They never repeat a secret, an address or a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// 401 where the key is not good, 403 where it is but may not.
    Refused(Refusal),
    /// 401: what is presented as an access token is not good.
    TokenInvalid(TokenError),
    /// 401: the access token's time is over; a new one helps.
    TokenExpired,
    /// 401: an API key and a client secret that are no pair in use. Says nothing about either.
    CredentialsInvalid,
    /// 403: the key's list of web origins does not have the request's.
    OriginNotAllowed,
    /// 400: somebody came back from the identity provider, and not signed in.
    SignInFailed {
        /// Why.
        message: &'static str,
    },
    /// 403: a page of another site posts what only the dashboard's own may.
    CrossSite,
    /// 401: nobody is signed in, or the session is over.
    SignedOut,
    /// 403: the object is visible to the caller, whose role does not allow the change.
    RoleMissing,
    /// 400: the body as a whole is of no use.
    InvalidBody {
        /// Where: a JSON path, a line and column, or a byte; empty for the whole body.
        at: Cow<'static, str>,
        /// What is wrong there.
        message: Cow<'static, str>,
    },
    /// 400: members of the body break rules, each named.
    InvalidFields {
        /// All that are wrong; at least one.
        errors: Vec<InvalidField>,
    },
    /// 400: an event, or each event of a batch, breaks a rule.
    InvalidEvent {
        /// The JSON path of the member; empty for the whole body.
        path: Cow<'static, str>,
        /// Which rule it breaks.
        message: Cow<'static, str>,
    },
    /// 400: a parameter of the path or the query makes no sense.
    InvalidParameter {
        /// Its name.
        name: &'static str,
        /// What is wrong with it.
        message: Cow<'static, str>,
    },
    /// 413: the body or a part of it is larger than accepted.
    TooLarge {
        /// What is too large, and the limit.
        message: Cow<'static, str>,
    },
    /// 415: the body is of a type that the route does not take.
    UnsupportedMediaType {
        /// The types it takes.
        accepted: &'static str,
    },
    /// 415: the body is in an encoding that Weir does not know.
    UnsupportedEncoding,
    /// 400 or 422: a query that has no answer.
    Query {
        /// What kind of fault it is.
        fault: QueryFault,
        /// What is wrong, where, and what to do.
        message: Cow<'static, str>,
    },
    /// 404: nothing there, or nothing that the caller may know of.
    NotFound,
    /// 405: the path exists, not with this method.
    MethodNotAllowed,
    /// 409: there is one already, or somebody else was faster.
    Conflict {
        /// What is in the way.
        message: Cow<'static, str>,
    },
    /// 404: a call names a trigger that is none.
    WorkflowUnknown,
    /// 409: a call names the trigger of a workflow that is paused.
    WorkflowPaused,
    /// 412: the object was changed since the version in `If-Match`.
    VersionStale,
    /// 428: a change needs `If-Match`.
    PreconditionRequired,
    /// 429: more requests than the quota.
    RateLimited {
        /// After how long to ask again.
        retry_after: Duration,
    },
    /// 503: the store does not answer. Nothing was stored that a retry would double.
    Unavailable,
    /// 503: the identity provider does not answer, so no access token can be verified.
    IssuerUnavailable,
    /// 503: CloudWatch does not answer, so there are no values to show.
    MetricsUnavailable,
    /// 500: a fault of ours, in the log under the request's id.
    Internal,
}

/// A member of a body that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InvalidField {
    /// Its JSON path, such as `policy.addresses[3].cidr`.
    pub path: String,
    /// Which rule it breaks.
    pub message: String,
}

impl Problem {
    /// The code of [`Refusal::EventNotAllowed`], for the verdict on one event.
    pub const EVENT_NOT_ALLOWED: &'static str = Refusal::EventNotAllowed.code();
    /// The code of [`Problem::InvalidEvent`], for the verdict on one event.
    pub const INVALID_EVENT: &'static str = "invalid_event";
    /// The code of [`Problem::TooLarge`], for the verdict on one event.
    pub const TOO_LARGE: &'static str = "too_large";

    /// The HTTP status.
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::Refused(refusal) => match refusal {
                Refusal::KeyMissing | Refusal::KeyMalformed | Refusal::KeyUnknown => {
                    StatusCode::UNAUTHORIZED
                }
                Refusal::KeyRevoked
                | Refusal::KeyDisabled
                | Refusal::KeyExpired
                | Refusal::AddressNotAllowed
                | Refusal::ScopeMissing
                | Refusal::EventNotAllowed => StatusCode::FORBIDDEN,
            },
            Self::TokenInvalid(_)
            | Self::TokenExpired
            | Self::CredentialsInvalid
            | Self::SignedOut => StatusCode::UNAUTHORIZED,
            Self::OriginNotAllowed | Self::CrossSite | Self::RoleMissing => StatusCode::FORBIDDEN,
            Self::SignInFailed { .. }
            | Self::InvalidBody { .. }
            | Self::InvalidFields { .. }
            | Self::InvalidEvent { .. }
            | Self::InvalidParameter { .. } => StatusCode::BAD_REQUEST,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType { .. } | Self::UnsupportedEncoding => {
                StatusCode::UNSUPPORTED_MEDIA_TYPE
            }
            Self::Query { fault, .. } => fault.status(),
            Self::NotFound | Self::WorkflowUnknown => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Conflict { .. } | Self::WorkflowPaused => StatusCode::CONFLICT,
            Self::VersionStale => StatusCode::PRECONDITION_FAILED,
            Self::PreconditionRequired => StatusCode::PRECONDITION_REQUIRED,
            Self::RateLimited { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable | Self::IssuerUnavailable | Self::MetricsUnavailable => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Whether the service failed, and not the request: there was nothing to refuse.
    pub fn is_ours(&self) -> bool {
        self.status().is_server_error()
    }

    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.code(),
            Self::TokenInvalid(_) => "token_invalid",
            Self::TokenExpired => "token_expired",
            Self::CredentialsInvalid => "credentials_invalid",
            Self::OriginNotAllowed => "origin_not_allowed",
            Self::SignInFailed { .. } => "sign_in_failed",
            Self::CrossSite => "cross_site",
            Self::SignedOut => "signed_out",
            Self::RoleMissing => "role_missing",
            Self::InvalidBody { .. } | Self::InvalidFields { .. } => "invalid_body",
            Self::InvalidEvent { .. } => Self::INVALID_EVENT,
            Self::InvalidParameter { .. } => "invalid_parameter",
            Self::TooLarge { .. } => Self::TOO_LARGE,
            Self::UnsupportedMediaType { .. } => "unsupported_media_type",
            Self::UnsupportedEncoding => "unsupported_encoding",
            Self::Query { fault, .. } => fault.code(),
            Self::NotFound => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::Conflict { .. } => "conflict",
            Self::WorkflowUnknown => "workflow_unknown",
            Self::WorkflowPaused => "workflow_paused",
            Self::VersionStale => "version_stale",
            Self::PreconditionRequired => "precondition_required",
            Self::RateLimited { .. } => "rate_limited",
            Self::Unavailable | Self::IssuerUnavailable | Self::MetricsUnavailable => "unavailable",
            Self::Internal => "internal",
        }
    }

    /// What a caller may read.
    pub fn message(&self) -> Cow<'_, str> {
        match self {
            Self::Refused(refusal) => refusal.message().into(),
            Self::TokenInvalid(error) => {
                format!("the access token is not accepted: {error}").into()
            }
            Self::TokenExpired => "the access token has expired".into(),
            Self::CredentialsInvalid => {
                "the API key and the client secret are no pair that is in use".into()
            }
            Self::OriginNotAllowed => "the API key may not be used from this web origin".into(),
            Self::SignInFailed { message } => format!("the sign-in did not work: {message}").into(),
            Self::CrossSite => "this may only be sent by a page of the dashboard".into(),
            Self::SignedOut => "you are signed out: sign in again".into(),
            Self::RoleMissing => "your role does not allow this".into(),
            Self::InvalidBody { at: place, message }
            | Self::InvalidEvent {
                path: place,
                message,
            } => {
                if place.is_empty() {
                    message.as_ref().into()
                } else {
                    format!("{place}: {message}").into()
                }
            }
            Self::InvalidFields { errors } => first_of(errors).into(),
            Self::InvalidParameter { name, message } => format!("{name}: {message}").into(),
            Self::TooLarge { message }
            | Self::Conflict { message }
            | Self::Query { message, .. } => message.as_ref().into(),
            Self::UnsupportedMediaType { accepted } => {
                format!("the Content-Type must be {accepted}").into()
            }
            Self::UnsupportedEncoding => {
                "the Content-Encoding must be gzip, zstd or identity".into()
            }
            Self::NotFound => "there is nothing here".into(),
            Self::MethodNotAllowed => "this path does not take this method".into(),
            Self::WorkflowUnknown => "triggerId: there is no workflow with this trigger".into(),
            Self::WorkflowPaused => "the workflow is paused".into(),
            Self::VersionStale => "the version in If-Match is not the newest".into(),
            Self::PreconditionRequired => "a change needs the version in If-Match".into(),
            Self::RateLimited { .. } => "too many requests: try again later".into(),
            Self::Unavailable => "the store does not answer: try again later".into(),
            Self::IssuerUnavailable => {
                "the identity provider does not answer: try again later".into()
            }
            Self::MetricsUnavailable => "CloudWatch does not answer: try again later".into(),
            Self::Internal => "internal error".into(),
        }
    }

    /// After how long to ask again, where asking again helps.
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited { retry_after } => Some(*retry_after),
            Self::Unavailable | Self::IssuerUnavailable | Self::MetricsUnavailable => {
                Some(RETRY_UNAVAILABLE)
            }
            Self::Refused(_)
            | Self::TokenInvalid(_)
            | Self::TokenExpired
            | Self::CredentialsInvalid
            | Self::OriginNotAllowed
            | Self::SignInFailed { .. }
            | Self::CrossSite
            | Self::SignedOut
            | Self::RoleMissing
            | Self::InvalidBody { .. }
            | Self::InvalidFields { .. }
            | Self::InvalidEvent { .. }
            | Self::InvalidParameter { .. }
            | Self::TooLarge { .. }
            | Self::UnsupportedMediaType { .. }
            | Self::UnsupportedEncoding
            | Self::Query { .. }
            | Self::NotFound
            | Self::MethodNotAllowed
            | Self::Conflict { .. }
            | Self::WorkflowUnknown
            | Self::WorkflowPaused
            | Self::VersionStale
            | Self::PreconditionRequired
            | Self::Internal => None,
        }
    }
}

/// The first error in words, and how many follow it.
fn first_of(errors: &[InvalidField]) -> String {
    let more = match errors.len() {
        0 | 1 => String::new(),
        all => format!(" (and {} more)", all - 1),
    };
    let first = errors.first();
    first.map_or_else(String::new, |InvalidField { path, message }| {
        format!("{path}: {message}{more}")
    })
}
