//! How a problem becomes a response: at once but for its body, which waits for the request's id.

use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use serde::Serialize;

use super::{InvalidField, Problem};

impl Problem {
    /// The answer with further members beside `error`: those of `details`, a JSON object.
    pub fn with_details(self, details: &impl Serialize) -> Response {
        let json = serde_json::to_string(details).unwrap_or_default();
        if let Some(details) = json.strip_prefix('{').filter(|members| *members != "}") {
            return Unwritten {
                problem: self,
                details: Some(details.into()),
            }
            .into_response();
        }
        tracing::error!("the details of a problem are no JSON object with members");
        Self::Internal.into_response()
    }
}

/// A problem on its way to where the request's id is known.
#[derive(Debug, Clone)]
struct Unwritten {
    problem: Problem,
    /// What follows `error`: the members of a JSON object and its closing brace.
    details: Option<Box<str>>,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        Unwritten {
            problem: self,
            details: None,
        }
        .into_response()
    }
}

impl IntoResponse for Unwritten {
    fn into_response(self) -> Response {
        let mut response = self.problem.status().into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if self.problem.status() == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, challenge(&self.problem));
        }
        if let Some(after) = self.problem.retry_after() {
            // Whole seconds, rounded up: zero would say "at once".
            let seconds = after.as_secs() + u64::from(after.subsec_nanos() > 0);
            headers.insert(RETRY_AFTER, seconds.max(1).into());
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// The problem that an answer is, if it is one; whoever takes it writes the body.
pub(crate) fn take(response: &mut Response) -> Option<Problem> {
    let unwritten: Option<Unwritten> = response.extensions_mut().remove();
    unwritten.map(|unwritten| unwritten.problem)
}

/// How to ask again. The error is for clients that renew their token at it.
fn challenge(problem: &Problem) -> HeaderValue {
    let is_token = matches!(problem, Problem::TokenInvalid(_) | Problem::TokenExpired);
    HeaderValue::from_static(if is_token {
        r#"Bearer error="invalid_token""#
    } else {
        "Bearer"
    })
}

/// Writes the body of an answer that is a problem, which then is among its extensions; leaves every other
/// answer as it is.
pub(crate) fn write_body(response: &mut Response, request_id: &str) {
    #[derive(Serialize)]
    struct Body<'a> {
        error: Error<'a>,
    }
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Error<'a> {
        code: &'static str,
        message: &'a str,
        request_id: &'a str,
        #[serde(skip_serializing_if = "<[_]>::is_empty")]
        errors: &'a [InvalidField],
    }
    let Some(Unwritten { problem, details }) = response.extensions_mut().remove() else {
        return;
    };
    let message = problem.message();
    let error = Error {
        code: problem.code(),
        message: &message,
        request_id,
        errors: if let Problem::InvalidFields { errors } = &problem {
            errors
        } else {
            &[]
        },
    };
    // Strings always serialise.
    let mut body = serde_json::to_string(&Body { error }).unwrap_or_default();
    if let Some(details) = details
        && body.pop().is_some()
    {
        body.push(',');
        body.push_str(&details);
    }
    *response.body_mut() = body.into();
    // For who has another body in mind: a page.
    response.extensions_mut().insert(problem);
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;
    use std::time::Duration;

    use http_body_util::BodyExt;
    use policy::Refusal;
    use serde_json::json;

    use super::*;
    use crate::QueryFault;
    use crate::TokenError;

    fn invalid(path: &str) -> InvalidField {
        InvalidField {
            path: path.to_owned(),
            message: "must not be empty".to_owned(),
        }
    }

    fn problems() -> Vec<Problem> {
        let after = Duration::from_millis(1_500);
        let mut problems: Vec<_> = Refusal::ALL.into_iter().map(Problem::Refused).collect();
        problems.extend([
            Problem::TokenInvalid(TokenError::Audience),
            Problem::TokenExpired,
            Problem::CredentialsInvalid,
            Problem::OriginNotAllowed,
            Problem::SignInFailed {
                message: "it took too long",
            },
            Problem::CrossSite,
            Problem::SignedOut,
            Problem::RoleMissing,
            Problem::InvalidBody {
                at: "line 3, column 5".into(),
                message: "no comma".into(),
            },
            Problem::InvalidFields {
                errors: ["name", "tags[2]"].map(invalid).into(),
            },
            Problem::InvalidEvent {
                path: "events[3].name".into(),
                message: "is missing".into(),
            },
            Problem::InvalidParameter {
                name: "limit",
                message: "must be a number".into(),
            },
            Problem::TooLarge {
                message: "at most 4 MB".into(),
            },
            Problem::UnsupportedMediaType {
                accepted: "application/json",
            },
            Problem::UnsupportedEncoding,
            Problem::NotFound,
            Problem::MethodNotAllowed,
            Problem::Conflict {
                message: "the name is taken".into(),
            },
            Problem::WorkflowUnknown,
            Problem::WorkflowPaused,
            Problem::VersionStale,
            Problem::PreconditionRequired,
            Problem::RateLimited { retry_after: after },
            Problem::Unavailable,
            Problem::IssuerUnavailable,
            Problem::MetricsUnavailable,
            Problem::Internal,
        ]);
        problems.extend(QueryFault::ALL.map(|fault| Problem::Query {
            fault,
            message: "why".into(),
        }));
        problems
    }

    #[test]
    fn every_problem_has_its_status_code_and_headers() {
        let mut table = String::new();
        for problem in problems() {
            let response = problem.clone().into_response();
            let header = |name| {
                response
                    .headers()
                    .get(name)
                    .map_or("", |value: &HeaderValue| value.to_str().unwrap())
            };
            let (status, code) = (problem.status().as_u16(), problem.code());
            let (ask, retry) = (header(WWW_AUTHENTICATE), header(RETRY_AFTER));
            writeln!(
                table,
                "{status} {code} | {ask} | {retry} | {}",
                problem.message()
            )
            .unwrap();
        }
        insta::assert_snapshot!(table, @r#"
        401 key_missing | Bearer |  | the request carries no API key
        401 key_malformed | Bearer |  | the API key is malformed: check that it was copied whole
        401 key_unknown | Bearer |  | the API key is not known
        403 key_revoked |  |  | the API key was revoked
        403 key_disabled |  |  | the API key is disabled
        403 key_expired |  |  | the API key has expired
        403 ip_not_allowed |  |  | the API key may not be used from the address of this request
        403 scope_missing |  |  | the API key is of a kind that may not do this
        403 event_not_allowed |  |  | the API key may not send events of this name
        401 token_invalid | Bearer error="invalid_token" |  | the access token is not accepted: it is for another audience
        401 token_expired | Bearer error="invalid_token" |  | the access token has expired
        401 credentials_invalid | Bearer |  | the API key and the client secret are no pair that is in use
        403 origin_not_allowed |  |  | the API key may not be used from this web origin
        400 sign_in_failed |  |  | the sign-in did not work: it took too long
        403 cross_site |  |  | this may only be sent by a page of the dashboard
        401 signed_out | Bearer |  | you are signed out: sign in again
        403 role_missing |  |  | your role does not allow this
        400 invalid_body |  |  | line 3, column 5: no comma
        400 invalid_body |  |  | name: must not be empty (and 1 more)
        400 invalid_event |  |  | events[3].name: is missing
        400 invalid_parameter |  |  | limit: must be a number
        413 too_large |  |  | at most 4 MB
        415 unsupported_media_type |  |  | the Content-Type must be application/json
        415 unsupported_encoding |  |  | the Content-Encoding must be gzip, zstd or identity
        404 not_found |  |  | there is nothing here
        405 method_not_allowed |  |  | this path does not take this method
        409 conflict |  |  | the name is taken
        404 workflow_unknown |  |  | triggerId: there is no workflow with this trigger
        409 workflow_paused |  |  | the workflow is paused
        412 version_stale |  |  | the version in If-Match is not the newest
        428 precondition_required |  |  | a change needs the version in If-Match
        429 rate_limited |  | 2 | too many requests: try again later
        503 unavailable |  | 2 | the store does not answer: try again later
        503 unavailable |  | 2 | the identity provider does not answer: try again later
        503 unavailable |  | 2 | CloudWatch does not answer: try again later
        500 internal |  |  | internal error
        400 invalid_sql |  |  | why
        400 query_empty |  |  | why
        400 invalid_encoding |  |  | why
        400 sql_not_allowed |  |  | why
        400 sql_too_large |  |  | why
        400 invalid_variable |  |  | why
        400 unbounded_join |  |  | why
        422 query_failed |  |  | why
        422 rows_limit |  |  | why
        422 bytes_limit |  |  | why
        422 memory_limit |  |  | why
        422 time_limit |  |  | why
        422 answer_limit |  |  | why
        "#);
    }

    async fn body(mut response: Response) -> String {
        write_body(&mut response, "id-1");
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn the_body_has_code_message_and_request_id() {
        insta::assert_snapshot!(body(Problem::NotFound.into_response()).await, @r#"{"error":{"code":"not_found","message":"there is nothing here","requestId":"id-1"}}"#);
    }

    #[tokio::test]
    async fn details_stand_beside_the_error() {
        let details = json!({"accepted": 0, "refused": [{"index": 0, "code": "too_large"}]});
        let response = Problem::Refused(Refusal::EventNotAllowed).with_details(&details);
        insta::assert_snapshot!(body(response).await, @r#"{"error":{"code":"event_not_allowed","message":"the API key may not send events of this name","requestId":"id-1"},"accepted":0,"refused":[{"code":"too_large","index":0}]}"#);
    }

    #[tokio::test]
    async fn an_answer_that_is_no_problem_keeps_its_body() {
        assert_eq!(body("fine".into_response()).await, "fine");
    }
}
