//! What is wrong with a request, member by member.

use crate::ControlError;

/// A member that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Its JSON path, such as `policy.addresses[3].cidr`.
    pub path: String,
    /// Which rule it breaks; never repeats its value.
    pub message: String,
}

impl FieldError {
    /// That this member breaks that rule.
    pub fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            message: message.into(),
        }
    }
}

/// Gathers what is wrong, so that all of it is said at once.
#[derive(Debug, Default)]
pub(crate) struct Findings(Vec<FieldError>);

impl Findings {
    pub(crate) fn add(&mut self, path: impl Into<String>, message: impl Into<String>) {
        self.0.push(FieldError::new(path, message));
    }

    /// The value, or nothing and what is wrong with it.
    pub(crate) fn accept<T, E: ToString>(&mut self, path: &str, value: Result<T, E>) -> Option<T> {
        value
            .map_err(|error| self.add(path, error.to_string()))
            .ok()
    }

    /// All that is wrong; empty where nothing is.
    pub(crate) fn into_errors(self) -> Vec<FieldError> {
        self.0
    }

    /// Nothing, or all that is wrong.
    pub(crate) fn into_result(self) -> Result<(), ControlError> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(ControlError::Invalid(self.0))
        }
    }
}
