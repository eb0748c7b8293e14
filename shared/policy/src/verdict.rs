//! The outcome of judging: a value, not an error.

use crate::Refusal;

/// Yes, with what was found out on the way, or no, with the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "a verdict that nobody looks at lets everybody in"]
pub enum Verdict<T> {
    /// Go ahead.
    Allowed(T),
    /// Stop, and say why.
    Refused(Refusal),
}

impl<T> Verdict<T> {
    /// The next judgement, if this one allows.
    pub fn and_then<U>(self, next: impl FnOnce(T) -> Verdict<U>) -> Verdict<U> {
        match self {
            Self::Allowed(value) => next(value),
            Self::Refused(refusal) => Verdict::Refused(refusal),
        }
    }

    /// The same verdict with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Verdict<U> {
        self.and_then(|value| Verdict::Allowed(change(value)))
    }

    /// The reason, if this verdict refuses.
    pub const fn refusal(&self) -> Option<Refusal> {
        match self {
            Self::Allowed(_) => None,
            Self::Refused(refusal) => Some(*refusal),
        }
    }

    /// Whether this verdict allows.
    pub const fn is_allowed(&self) -> bool {
        self.refusal().is_none()
    }

    /// The verdict as a result, for use with `?`.
    pub fn into_result(self) -> Result<T, Refusal> {
        match self {
            Self::Allowed(value) => Ok(value),
            Self::Refused(refusal) => Err(refusal),
        }
    }
}
