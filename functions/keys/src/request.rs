//! Bodies, parameters and ids of requests: extractors that answer with what is wrong.

use axum::extract::{self, FromRequest, FromRequestParts, Path, Query, Request};
use edge::{BodyText, Media, Problem, read_json};
use event::KeyId;
use http::request::Parts;
use serde::de::DeserializeOwned;
use store::KeyVersion;

use crate::Api;
use crate::version::if_match;

/// A JSON body.
#[derive(Debug)]
pub(crate) struct Body<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Api> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &Api) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let text = BodyText::read(&parts.headers, body, Media::Json).await?;
        read_json(&text).map(Self)
    }
}

/// The parameters of the query.
#[derive(Debug)]
pub(crate) struct Parameters<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequestParts<Api> for Parameters<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Api) -> Result<Self, Problem> {
        let query = Query::<T>::from_request_parts(parts, &()).await;
        query
            .map(|Query(parameters)| Self(parameters))
            .map_err(|_| Problem::InvalidParameter {
                name: "query",
                message: "names a parameter that is not known, names one twice, or is not UTF-8"
                    .into(),
            })
    }
}

/// The version that a change is for: what an answer's `ETag` said, without its quotes.
#[derive(Debug)]
pub(crate) struct IfMatch(String);

impl IfMatch {
    /// The version of a key. A text that is none was never an `ETag` of one.
    pub(crate) fn version(&self) -> Result<KeyVersion, Problem> {
        self.0.parse().map_err(|_| Problem::VersionStale)
    }
}

impl FromRequestParts<Api> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Api) -> Result<Self, Problem> {
        if_match(parts).map(|text| Self(text.trim_matches('"').to_owned()))
    }
}

/// For what may be done to any version: none where there is no `If-Match`.
impl extract::OptionalFromRequestParts<Api> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Api) -> Result<Option<Self>, Problem> {
        match if_match(parts) {
            Ok(text) => Ok(Some(Self(text.trim_matches('"').to_owned()))),
            Err(Problem::PreconditionRequired) => Ok(None),
            Err(problem) => Err(problem),
        }
    }
}

/// The id of a key in the path. What is no id names no key.
#[derive(Debug)]
pub(crate) struct Id(pub(crate) KeyId);

impl FromRequestParts<Api> for Id {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Api) -> Result<Self, Problem> {
        let path = Path::<String>::from_request_parts(parts, &()).await;
        let id = path.ok().and_then(|Path(id)| KeyId::parse(&id).ok());
        id.map(Self).ok_or(Problem::NotFound)
    }
}
