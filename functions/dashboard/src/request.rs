//! What a request says, read; what cannot be read is a problem like any other.

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use edge::Problem;
use event::KeyId;
use http::request::Parts;
use serde::de::DeserializeOwned;

/// The largest form, as it is sent: several times what a definition of a workflow takes.
pub(crate) const MAX_FORM_BYTES: usize = 2 * 1024 * 1024;

/// The parameters of the address. An extractor.
#[derive(Debug)]
pub(crate) struct Parameters<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Sync + Send> FromRequestParts<S> for Parameters<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let read = Query::<T>::from_request_parts(parts, state).await;
        let Query(parameters) = read.map_err(|_| Problem::InvalidParameter {
            name: "query",
            message: "names a parameter twice or is not UTF-8".into(),
        })?;
        Ok(Self(parameters))
    }
}

/// The fields of a form that was posted. An extractor.
#[derive(Debug)]
pub(crate) struct Fields<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Sync + Send> FromRequest<S> for Fields<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let read = Form::<T>::from_request(request, state).await;
        let Form(fields) = read.map_err(|rejection| {
            // Bodies are made in memory: only a limit can be in the way of one.
            if matches!(rejection, FormRejection::BytesRejection(_)) {
                return Problem::TooLarge {
                    message: "the form may have at most 2 MB".into(),
                };
            }
            Problem::InvalidBody {
                at: "".into(),
                message: "this is not the form of the page".into(),
            }
        })?;
        Ok(Self(fields))
    }
}

/// The id of a key in the path: an extractor. What is no id names no key.
#[derive(Debug)]
pub(crate) struct Id(pub(crate) KeyId);

impl<S: Sync + Send> FromRequestParts<S> for Id {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = Path::<String>::from_request_parts(parts, state).await;
        let id = path.ok().and_then(|Path(id)| KeyId::parse(&id).ok());
        id.map(Self).ok_or(Problem::NotFound)
    }
}
