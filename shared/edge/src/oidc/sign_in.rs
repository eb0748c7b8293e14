//! The authorisation code flow with PKCE: how a person signs in at the provider, for a page of ours.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use event::Timestamp;
use rand::RngExt as _;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use tokio::sync::Mutex;

use super::fetch::{self, FetchError};
use super::source::{Discovery, Source};
use super::{Identity, Oidc, OidcSettings, TokenError};
use crate::Problem;

/// After this long the provider is asked again where its pages are.
const FRESH: Duration = Duration::from_hours(1);

/// One sign-in under way: three random texts, which only the browser that began it may keep.
#[derive(Clone, Serialize, Deserialize)]
pub struct Attempt {
    state: String,
    nonce: String,
    verifier: String,
}

/// Leads people to the provider and back. Clones share what the provider said about itself.
#[derive(Debug, Clone)]
pub struct SignIn(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    oidc: Oidc,
    source: Source,
    client_id: String,
    discovered: Mutex<Option<(Discovery, Timestamp)>>,
}

/// What the provider gives for a code.
#[derive(Deserialize)]
struct Tokens {
    id_token: String,
}

impl Attempt {
    /// A new attempt.
    pub fn start() -> Self {
        let random = || BASE64_URL_SAFE_NO_PAD.encode(rand::rng().random::<[u8; 32]>());
        Self {
            state: random(),
            nonce: random(),
            verifier: random(),
        }
    }

    /// Whether the provider's answer, with this `state`, is to this attempt.
    pub fn is_answered_by(&self, state: &str) -> bool {
        self.state.as_bytes().ct_eq(state.as_bytes()).into()
    }

    /// What the provider will hold the verifier against.
    fn challenge(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(&self.verifier))
    }
}

/// Without the texts.
impl std::fmt::Debug for Attempt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Attempt").finish_non_exhaustive()
    }
}

impl SignIn {
    /// For the client of that id, which the provider knows as public: it has no secret.
    pub fn new(oidc: Oidc, settings: &OidcSettings, client_id: &str) -> Self {
        Self(Arc::new(Inner {
            oidc,
            source: Source::new(settings),
            client_id: client_id.to_owned(),
            discovered: Mutex::default(),
        }))
    }

    /// Where to send the browser. It comes back to `redirect`, an address that the provider knows.
    pub async fn begin(
        &self,
        attempt: &Attempt,
        redirect: &str,
        now: Timestamp,
    ) -> Result<String, Problem> {
        let page = self.discovery(now).await?.authorization_endpoint;
        let page = page.ok_or_else(|| missing("authorization_endpoint"))?;
        Ok(with_query(
            &page,
            &[
                ("response_type", "code"),
                ("client_id", &self.0.client_id),
                ("redirect_uri", redirect),
                ("scope", "openid email profile"),
                ("state", &attempt.state),
                ("nonce", &attempt.nonce),
                ("code_challenge", &attempt.challenge()),
                ("code_challenge_method", "S256"),
            ],
        ))
    }

    /// Who came back with that code.
    pub async fn finish(
        &self,
        attempt: &Attempt,
        code: &str,
        redirect: &str,
        now: Timestamp,
    ) -> Result<Identity, Problem> {
        let endpoint = self.discovery(now).await?.token_endpoint;
        let endpoint = endpoint.ok_or_else(|| missing("token_endpoint"))?;
        let form = [
            ("grant_type", "authorization_code"),
            ("client_id", &*self.0.client_id),
            ("code", code),
            ("redirect_uri", redirect),
            ("code_verifier", &*attempt.verifier),
        ];
        let tokens: Tokens = fetch::post(&endpoint, &form)
            .await
            .map_err(|error| refused(&error))?;
        let Inner {
            oidc, client_id, ..
        } = &*self.0;
        let identity = oidc
            .verify_sign_in(&tokens.id_token, client_id, &attempt.nonce, now)
            .await;
        identity.map_err(not_accepted)
    }

    /// Where to send the browser to sign out at the provider too, if it can. It comes back to `back`.
    pub async fn end(&self, back: &str, now: Timestamp) -> Result<Option<String>, Problem> {
        let page = self.discovery(now).await?.end_session_endpoint;
        let query = [
            ("client_id", &*self.0.client_id),
            ("post_logout_redirect_uri", back),
            // Cognito's name for the same.
            ("logout_uri", back),
        ];
        Ok(page.map(|page| with_query(&page, &query)))
    }

    async fn discovery(&self, now: Timestamp) -> Result<Discovery, Problem> {
        let mut discovered = self.0.discovered.lock().await;
        if let Some((discovery, at)) = &*discovered
            && now.since(*at) < FRESH
        {
            return Ok(discovery.clone());
        }
        let new = self.0.source.discover().await.map_err(|error| {
            tracing::warn!(%error, "the identity provider does not say where its pages are");
            Problem::IssuerUnavailable
        })?;
        *discovered = Some((new.clone(), now));
        Ok(new)
    }
}

fn with_query(page: &str, query: &[(&str, &str)]) -> String {
    let separator = if page.contains('?') { '&' } else { '?' };
    format!("{page}{separator}{}", fetch::encode(query))
}

fn missing(endpoint: &'static str) -> Problem {
    tracing::error!(endpoint, "the identity provider has no such endpoint");
    Problem::IssuerUnavailable
}

/// A code that is not good is the browser's affair, everything else the provider's.
fn refused(error: &FetchError) -> Problem {
    match error {
        FetchError::Status(400..=499) => Problem::SignInFailed {
            message: "the identity provider does not know the code (any more): begin again",
        },
        FetchError::Status(_)
        | FetchError::Timeout
        | FetchError::Connection
        | FetchError::Content(_) => {
            tracing::warn!(%error, "the identity provider gives no token");
            Problem::IssuerUnavailable
        }
    }
}

fn not_accepted(error: TokenError) -> Problem {
    if error == TokenError::KeysUnavailable {
        return Problem::IssuerUnavailable;
    }
    tracing::warn!(%error, "the identity provider's token is not accepted");
    Problem::SignInFailed {
        message: "what the identity provider says about you is not accepted here",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attempt_is_answered_by_its_own_state_alone_and_shows_nothing() {
        let attempt = Attempt::start();
        let other = Attempt::start();
        assert!(attempt.is_answered_by(&attempt.state));
        for state in ["", other.state.as_str(), attempt.nonce.as_str()] {
            assert!(!attempt.is_answered_by(state));
        }
        assert_eq!(format!("{attempt:?}"), "Attempt { .. }");
    }

    #[test]
    fn the_challenge_is_the_digest_that_rfc_7636_shows() {
        let attempt = Attempt {
            verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned(),
            ..Attempt::start()
        };
        assert_eq!(
            attempt.challenge(),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }
}
