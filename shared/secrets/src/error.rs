//! Everything that can go wrong here, as a closed list. No message repeats anything secret.

use aws_sdk_secretsmanager::error::{ProvideErrorMetadata, SdkError};

/// Why a secret could not be sealed, opened or fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretsError {
    /// Secrets Manager did not answer, also not when asked again. Worth another try later.
    #[error("the secrets are not available")]
    Unavailable,
    /// There is no such secret: nobody made it yet.
    #[error("there is no such secret")]
    Missing,
    /// The stored secret is not what this version of Weir writes.
    #[error("a stored secret cannot be read")]
    Corrupt,
    /// Somebody else changed the secret at the same time.
    #[error("the secret was changed by someone else meanwhile")]
    Contended,
    /// A text is sealed under a key that is not on the ring.
    #[error("the text is sealed under an unknown key")]
    UnknownSealingKey,
    /// A sealed text was changed, or belongs to another API key.
    #[error("the sealed text is not genuine")]
    NotGenuine,
}

impl SecretsError {
    /// What the SDK gave up with, logged by its code.
    pub(crate) fn from_sdk<E: ProvideErrorMetadata>(error: &SdkError<E>) -> Self {
        let code = error.code().unwrap_or_default();
        tracing::warn!(code, "Secrets Manager did not do what it was asked");
        Self::Unavailable
    }
}
