//! How a page edits: a form posts to the page's own address. What was done leads on ([`done`]); what
//! was not shows the form again, as it was typed, with what is wrong beside its fields.
//!
//! [`done`]: crate::notice::done

use control::{ControlError, FieldError};
use edge::Problem;
use store::StoreError;

/// What is wrong with a form, field by field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Errors(Vec<FieldError>);

impl Errors {
    /// Adds what is wrong with a field.
    pub(crate) fn add(&mut self, path: &str, message: impl Into<String>) {
        self.0.push(FieldError::new(path, message));
    }

    /// What is wrong with the field of that path, as the use cases name it; the first where there is
    /// more.
    pub(crate) fn at(&self, path: &str) -> Option<&str> {
        let error = self.0.iter().find(|error| error.path == path)?;
        Some(&error.message)
    }

    /// Whether nothing is wrong.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them, for what has no field of its own.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &FieldError> {
        self.0.iter()
    }
}

/// Why a form did not do its work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Undone {
    /// Fields break rules: the form again, with the errors.
    Invalid(Errors),
    /// Somebody else was faster: the form again, with what is there now beside it.
    Stale,
    /// Something is in the way, such as a name that is taken: the form again, with this.
    Conflict(String),
    /// Nothing that the form could mend.
    Problem(Problem),
}

impl Undone {
    /// The problem whose status the page has.
    pub(crate) fn problem(&self) -> Problem {
        match self {
            Self::Invalid(_) => Problem::InvalidFields { errors: Vec::new() },
            Self::Stale => Problem::Conflict {
                message: "somebody else was faster".into(),
            },
            Self::Conflict(message) => Problem::Conflict {
                message: message.clone().into(),
            },
            Self::Problem(problem) => problem.clone(),
        }
    }
}

impl From<ControlError> for Undone {
    fn from(error: ControlError) -> Self {
        match error {
            ControlError::Invalid(errors) => Self::Invalid(Errors(errors)),
            ControlError::Store(StoreError::VersionStale) => Self::Stale,
            ControlError::Store(StoreError::Conflict { what }) => Self::Conflict(what.to_owned()),
            ControlError::RotationUnderWay { .. } => Self::Conflict(
                "the one before the last rotation still works: say that it may end now".to_owned(),
            ),
            ControlError::Store(_)
            | ControlError::Secrets(_)
            | ControlError::InvalidCursor
            | ControlError::NoSuchKey
            | ControlError::RoleMissing
            | ControlError::NotRevealable
            | ControlError::KeyGone => Self::Problem(error.into()),
        }
    }
}
