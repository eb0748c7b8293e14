//! What the layers below answer where they do not come to their end, as HTTP.

use control::{ControlError, FieldError};
use policy::Refusal;
use secrets::SecretsError;
use store::StoreError;

use super::{InvalidField, Problem};

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// What failed is in the log already, where it happened; a client learns what it can do.
impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable { .. } => Self::Unavailable,
            StoreError::Conflict { what } => Self::Conflict {
                message: what.into(),
            },
            StoreError::VersionStale => Self::VersionStale,
            StoreError::NotFound { .. } => Self::NotFound,
            StoreError::TooLarge { .. } => Self::TooLarge {
                message: error.to_string().into(),
            },
            StoreError::InvalidCursor => Self::InvalidParameter {
                name: "cursor",
                message: "is not one that was given out here".into(),
            },
            StoreError::Corrupt { .. } => {
                tracing::error!(%error, "the store holds what it should not");
                Self::Internal
            }
        }
    }
}

/// Secrets Manager may come back; most of the rest only an operator can mend.
impl From<SecretsError> for Problem {
    fn from(error: SecretsError) -> Self {
        match error {
            SecretsError::Unavailable => Self::Unavailable,
            SecretsError::Contended => Self::Conflict {
                message: "somebody else changes the secret at the same time: try again".into(),
            },
            SecretsError::Missing
            | SecretsError::Corrupt
            | SecretsError::UnknownSealingKey
            | SecretsError::NotGenuine => {
                tracing::error!(%error, "the secrets are not as they should be");
                Self::Internal
            }
        }
    }
}

impl From<ControlError> for Problem {
    fn from(error: ControlError) -> Self {
        match error {
            ControlError::Store(error) => error.into(),
            ControlError::Secrets(error) => error.into(),
            ControlError::Invalid(errors) => Self::InvalidFields {
                errors: errors.into_iter().map(InvalidField::from).collect(),
            },
            ControlError::InvalidCursor => Self::InvalidParameter {
                name: "cursor",
                message: "is not one that was given out for this list".into(),
            },
            ControlError::NoSuchKey => Self::NotFound,
            ControlError::RoleMissing => Self::RoleMissing,
            ControlError::RotationUnderWay { until } => Self::Conflict {
                message: format!(
                    "a rotation is under way: the secret before it works until {}; end it first, or \
                     say \"replacePrevious\": true to end it now",
                    until.as_millis()
                )
                .into(),
            },
            ControlError::NotRevealable => Self::Conflict {
                message: "the key's text was shown once and cannot be shown again".into(),
            },
            ControlError::KeyGone => Self::Conflict {
                message: "somebody else changed the key meanwhile".into(),
            },
        }
    }
}

impl From<FieldError> for InvalidField {
    fn from(FieldError { path, message }: FieldError) -> Self {
        Self { path, message }
    }
}
