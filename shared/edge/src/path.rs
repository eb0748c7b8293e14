//! Ids in the path of a request: extractors, for the routes of any function. What is no id names nothing:
//! [`Problem::NotFound`].

use std::str::FromStr;

use axum::extract::{FromRequestParts, Path};
use event::{KeyId, ServiceAccountId};
use http::request::Parts;

use crate::Problem;

/// The id of a service account.
#[derive(Debug)]
pub struct AccountId(pub ServiceAccountId);

/// The id of a service account and that of one of its API keys.
#[derive(Debug)]
pub struct AccountKeyId(pub ServiceAccountId, pub KeyId);

/// The id of a workflow.
#[derive(Debug)]
pub struct WorkflowId(pub event::WorkflowId);

/// The id of a workflow and the number of one of its versions.
#[derive(Debug)]
pub struct Version(pub event::WorkflowId, pub u64);

/// The id of a run.
#[derive(Debug)]
pub struct RunId(pub event::RunId);

impl<S: Sync> FromRequestParts<S> for AccountId {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        one(parts).await.map(Self)
    }
}

impl<S: Sync> FromRequestParts<S> for AccountKeyId {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        two(parts).await.map(|(account, key)| Self(account, key))
    }
}

impl<S: Sync> FromRequestParts<S> for WorkflowId {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        one(parts).await.map(Self)
    }
}

impl<S: Sync> FromRequestParts<S> for Version {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        two(parts).await.map(|(id, version)| Self(id, version))
    }
}

impl<S: Sync> FromRequestParts<S> for RunId {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        one(parts).await.map(Self)
    }
}

/// The only parameter of the path.
async fn one<T: FromStr>(parts: &mut Parts) -> Result<T, Problem> {
    let path = Path::<String>::from_request_parts(parts, &()).await;
    let Path(text) = path.map_err(|_| Problem::NotFound)?;
    text.parse().map_err(|_| Problem::NotFound)
}

/// Both parameters of the path.
async fn two<T: FromStr, U: FromStr>(parts: &mut Parts) -> Result<(T, U), Problem> {
    let path = Path::<(String, String)>::from_request_parts(parts, &()).await;
    let Path((first, second)) = path.map_err(|_| Problem::NotFound)?;
    match (first.parse(), second.parse()) {
        (Ok(first), Ok(second)) => Ok((first, second)),
        (Ok(_) | Err(_), _) => Err(Problem::NotFound),
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Body;
    use axum::routing::get;
    use http::{Request, StatusCode};
    use tower::ServiceExt as _;

    use super::*;

    #[tokio::test]
    async fn what_is_no_id_names_nothing_whatever_the_routers_state() {
        let routes = Router::new()
            .route("/accounts/{id}", get(async |_: AccountId| ()))
            .route("/accounts/{id}/{key}", get(async |_: AccountKeyId| ()))
            .route("/workflows/{id}", get(async |_: WorkflowId| ()))
            .route("/workflows/{id}/{version}", get(async |_: Version| ()))
            .route("/runs/{id}", get(async |_: RunId| ()))
            .with_state("any");
        let run = "0a".repeat(16);
        for (path, status) in [
            ("/accounts/7Qm2fYx9kLAb", StatusCode::OK),
            ("/accounts/7Qm2fYx9kLA", StatusCode::NOT_FOUND),
            ("/accounts/7Qm2fYx9kLAb/3fYx9QkLm2Ab", StatusCode::OK),
            ("/accounts/7Qm2fYx9kLAb/-", StatusCode::NOT_FOUND),
            ("/workflows/9kLAb7Qm2fYx", StatusCode::OK),
            ("/workflows/9kLAb7Qm2fYx/1", StatusCode::OK),
            ("/workflows/9kLAb7Qm2fYx/one", StatusCode::NOT_FOUND),
            ("/workflows/-/1", StatusCode::NOT_FOUND),
            (&format!("/runs/{run}"), StatusCode::OK),
            ("/runs/1", StatusCode::NOT_FOUND),
        ] {
            let request = Request::get(path).body(Body::empty()).unwrap();
            let answer = routes.clone().oneshot(request).await.unwrap();
            assert_eq!(answer.status(), status, "{path}");
        }
    }
}
