//! Why a token is refused, as a closed list.

use crate::Problem;

/// Why a token says nothing here. The message names the rule, never what the token holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Larger than any token should be.
    #[error("it has more than 8 KB")]
    TooLarge,
    /// Not three base64 parts with a JSON header.
    #[error("it is no signed JSON Web Token")]
    Malformed,
    /// The header wants another algorithm than the configured one.
    #[error("it is not signed with the expected algorithm")]
    Algorithm,
    /// The header brings a key, or an extension that is not known here.
    #[error("its header has a member that is not accepted")]
    Header,
    /// The header names none of the provider's keys.
    #[error("it names no key of the issuer")]
    KeyUnknown,
    /// The signature is not that of the named key.
    #[error("its signature is wrong")]
    Signature,
    /// The payload is no JSON object, or lacks a claim, or a claim has the wrong type.
    #[error("the claim {0} is missing or malformed")]
    Claim(&'static str),
    /// Made by somebody else.
    #[error("it is of another issuer")]
    Issuer,
    /// Made for another application.
    #[error("it is for another audience")]
    Audience,
    /// An identity token where an access token is wanted, or the other way round.
    #[error("it is a token for another use")]
    Use,
    /// The identity token of another sign-in.
    #[error("it answers another sign-in")]
    Nonce,
    /// Of a client secret that was rotated away, or of another key's workspace.
    #[error("what it was given out for counts no more: get a new one")]
    Superseded,
    /// Its time has not come.
    #[error("it is not valid yet")]
    NotYetValid,
    /// Its time is over.
    #[error("it has expired")]
    Expired,
    /// The provider does not answer, and there is no key left from before.
    #[error("the keys of the issuer cannot be fetched")]
    KeysUnavailable,
}

impl From<TokenError> for Problem {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Expired => Self::TokenExpired,
            TokenError::KeysUnavailable => Self::IssuerUnavailable,
            TokenError::TooLarge
            | TokenError::Malformed
            | TokenError::Algorithm
            | TokenError::Header
            | TokenError::KeyUnknown
            | TokenError::Signature
            | TokenError::Claim(_)
            | TokenError::Issuer
            | TokenError::Audience
            | TokenError::Use
            | TokenError::Nonce
            | TokenError::Superseded
            | TokenError::NotYetValid => Self::TokenInvalid(error),
        }
    }
}
