//! Ids in the path. What is no id names nothing.

use axum::extract::{FromRequestParts, Path};
use edge::Problem;
use event::{KeyId, ServiceAccountId};
use http::request::Parts;

use crate::Dashboard;

/// The id of a service account.
#[derive(Debug)]
pub(super) struct AccountId(pub(super) ServiceAccountId);

impl FromRequestParts<Dashboard> for AccountId {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Dashboard) -> Result<Self, Problem> {
        let path = Path::<String>::from_request_parts(parts, &()).await;
        let id = path.ok();
        id.and_then(|Path(id)| ServiceAccountId::parse(&id).ok())
            .map(Self)
            .ok_or(Problem::NotFound)
    }
}

/// The id of a service account and that of one of its API keys.
#[derive(Debug)]
pub(super) struct AccountKeyId(pub(super) ServiceAccountId, pub(super) KeyId);

impl FromRequestParts<Dashboard> for AccountKeyId {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Dashboard) -> Result<Self, Problem> {
        let path = Path::<(String, String)>::from_request_parts(parts, &()).await;
        let Path((account, key)) = path.map_err(|_| Problem::NotFound)?;
        match (ServiceAccountId::parse(&account), KeyId::parse(&key)) {
            (Ok(account), Ok(key)) => Ok(Self(account, key)),
            (Ok(_) | Err(_), _) => Err(Problem::NotFound),
        }
    }
}
