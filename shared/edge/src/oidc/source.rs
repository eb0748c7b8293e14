//! Where the provider's keys are.

use serde::Deserialize;
use serde_json::Value;

use super::fetch::{self, FetchError};
use super::key::Jwk;
use super::settings::{OidcSettings, is_trustworthy};

/// The provider's key set, wherever it lies.
#[derive(Debug)]
pub(super) struct Source {
    issuer: String,
    jwks_url: Option<String>,
}

/// What a provider says about itself.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Discovery {
    issuer: String,
    jwks_uri: String,
    pub(super) authorization_endpoint: Option<String>,
    pub(super) token_endpoint: Option<String>,
    pub(super) end_session_endpoint: Option<String>,
}

#[derive(Deserialize)]
struct JwkSet {
    keys: Vec<Value>,
}

impl Source {
    pub(super) fn new(settings: &OidcSettings) -> Self {
        Self {
            issuer: settings.issuer.clone(),
            jwks_url: settings.jwks_url.clone(),
        }
    }

    /// The keys that the provider publishes now. What is no key is left out.
    pub(super) async fn fetch(&self) -> Result<Vec<Jwk>, FetchError> {
        let url = match &self.jwks_url {
            Some(url) => url.clone(),
            None => self.discover().await?.jwks_uri,
        };
        let set: JwkSet = fetch::json(&url).await?;
        let keys = set.keys.into_iter();
        Ok(keys
            .filter_map(|key| serde_json::from_value(key).ok())
            .collect())
    }

    pub(super) async fn discover(&self) -> Result<Discovery, FetchError> {
        let issuer = self.issuer.trim_end_matches('/');
        let document = format!("{issuer}/.well-known/openid-configuration");
        let discovery: Discovery = fetch::json(&document).await?;
        if discovery.issuer != self.issuer {
            return Err(FetchError::Content("names another issuer"));
        }
        let Discovery {
            jwks_uri,
            authorization_endpoint,
            token_endpoint,
            end_session_endpoint,
            ..
        } = &discovery;
        let pages = [
            Some(jwks_uri),
            authorization_endpoint.as_ref(),
            token_endpoint.as_ref(),
            end_session_endpoint.as_ref(),
        ];
        if !pages.into_iter().flatten().all(|page| is_trustworthy(page)) {
            return Err(FetchError::Content("names an address without https"));
        }
        Ok(discovery)
    }
}
