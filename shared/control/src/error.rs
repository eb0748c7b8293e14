//! Everything that can go wrong here, as a closed list.

use event::Timestamp;
use secrets::SecretsError;
use store::StoreError;

use crate::FieldError;

/// Why a use case did not come to its end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ControlError {
    /// The store failed or refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The secrets failed.
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    /// What was asked breaks rules; at least one error.
    #[error("what was asked is not valid")]
    Invalid(Vec<FieldError>),
    /// A cursor that was not given out here.
    #[error("the cursor is not valid")]
    InvalidCursor,
    /// There is no such key, or none that the caller may know of.
    #[error("there is no such key")]
    NoSuchKey,
    /// The key is visible to the caller, whose role does not allow this with keys of its kind.
    #[error("the role does not allow this")]
    RoleMissing,
    /// A rotation would end a secret that still works beside the newest one, and nobody said that it
    /// may.
    #[error("an earlier secret works until {}", until.as_millis())]
    RotationUnderWay {
        /// Until when it works.
        until: Timestamp,
    },
    /// The key's text was shown when it was made, and never again.
    #[error("the text of the key cannot be shown again")]
    NotRevealable,
    /// A key that should be there was taken away meanwhile.
    #[error("a key of the workspace was changed by someone else meanwhile")]
    KeyGone,
}
