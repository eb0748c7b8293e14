//! Everything that can go wrong here, as a closed list.

use secrets::SecretsError;
use store::StoreError;

/// Why a use case did not come to its end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ControlError {
    /// The store failed or refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The secrets failed.
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    /// A key that should be there was taken away meanwhile.
    #[error("a key of the workspace was changed by someone else meanwhile")]
    KeyGone,
}
