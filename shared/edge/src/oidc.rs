//! Access tokens of an `OpenID` Connect provider: who a person is, and what they may do where.
//!
//! The provider, the audience and the algorithm come from the configuration. A token chooses nothing
//! but which of the provider's keys signed it.

mod claims;
mod error;
mod fetch;
mod key;
mod keys;
mod settings;
mod sign_in;
mod source;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use event::{Timestamp, WorkspaceId};
use policy::Role;

pub use error::TokenError;
pub use settings::{OidcSettings, SigningAlgorithm};
pub use sign_in::{Attempt, SignIn};

use claims::Claims;
use keys::Keys;
use source::Source;

use crate::jwt::Token;

/// Verifies access tokens. Clones share the provider's keys.
#[derive(Debug, Clone)]
pub struct Oidc(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    settings: OidcSettings,
    keys: Keys,
}

/// What a valid token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The provider's lasting identifier of the person: 1 to 255 ASCII characters, no white space.
    pub subject: String,
    /// What to call the person: the e-mail address or user name, else the subject.
    pub name: String,
    /// The person's role in each of their workspaces, the highest where the token has several.
    pub memberships: BTreeMap<WorkspaceId, Role>,
}

impl Oidc {
    /// A verifier that has no keys yet: the first token makes it fetch them.
    pub fn new(settings: &OidcSettings) -> Self {
        Self(Arc::new(Inner {
            settings: settings.clone(),
            keys: Keys::new(Source::new(settings), settings.algorithm),
        }))
    }

    /// Who the token is about. `now` decides whether it is in its time, give or take 60 seconds.
    ///
    /// The provider's keys are fetched when the first token comes, once an hour, and when a token
    /// names an unknown one, though at most once a minute. While the provider cannot be reached the
    /// keys of up to a day ago serve.
    pub async fn verify(&self, token: &str, now: Timestamp) -> Result<Identity, TokenError> {
        let Inner { settings, keys } = &*self.0;
        let token = Token::parse(token, settings.algorithm.as_str())?;
        let key = keys.find(token.key_id(), now).await?;
        let claims = Claims::parse(&token.payload(&key)?)?;
        claims.judge(settings, now)?;
        claims.identity(&settings.groups_claim)
    }

    /// Who signed in, by the identity token that answers the sign-in with that nonce.
    pub(crate) async fn verify_sign_in(
        &self,
        token: &str,
        client_id: &str,
        nonce: &str,
        now: Timestamp,
    ) -> Result<Identity, TokenError> {
        let Inner { settings, keys } = &*self.0;
        let token = Token::parse(token, settings.algorithm.as_str())?;
        let key = keys.find(token.key_id(), now).await?;
        let claims = Claims::parse(&token.payload(&key)?)?;
        claims.judge_sign_in(settings, client_id, nonce, now)?;
        claims.identity(&settings.groups_claim)
    }
}
