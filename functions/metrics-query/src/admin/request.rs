//! Bodies, parameters and ids of requests: extractors that answer with what is wrong.

use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use edge::{BodyText, Media, Problem, read_json};
use event::MetricId;
use http::request::Parts;
use serde::de::DeserializeOwned;

use crate::MetricsQuery;

/// A JSON body.
#[derive(Debug)]
pub(crate) struct Body<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<MetricsQuery> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &MetricsQuery) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let text = BodyText::read(&parts.headers, body, Media::Json).await?;
        read_json(&text).map(Self)
    }
}

/// The parameters of the query.
#[derive(Debug)]
pub(crate) struct Parameters<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequestParts<MetricsQuery> for Parameters<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &MetricsQuery) -> Result<Self, Problem> {
        let query = Query::<T>::from_request_parts(parts, &()).await;
        query
            .map(|Query(parameters)| Self(parameters))
            .map_err(|_| Problem::InvalidParameter {
                name: "query",
                message: "names a parameter that is not known, names one twice, or has a value that is no moment"
                    .into(),
            })
    }
}

/// The id of a saved metric in the path. What is no id names no metric.
#[derive(Debug)]
pub(crate) struct Id(pub(crate) MetricId);

impl FromRequestParts<MetricsQuery> for Id {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &MetricsQuery) -> Result<Self, Problem> {
        let path = Path::<String>::from_request_parts(parts, &()).await;
        let id = path.ok().and_then(|Path(id)| MetricId::parse(&id).ok());
        id.map(Self).ok_or(Problem::NotFound)
    }
}
