//! Everything that can go wrong here, as a closed list.
//!
//! No message repeats a text of DynamoDB, a table key or a stored value: what DynamoDB said is
//! logged as its error code where it happened.

use std::fmt;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};

/// Why the store could not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The database did not do it, also not when asked again. Worth another try later.
    #[error("the database is not available for {operation}: {cause}")]
    Unavailable {
        /// What was tried, in words of this crate.
        operation: &'static str,
        /// What stood in the way.
        cause: Cause,
    },
    /// Something with that name or id exists already, or is gone for good.
    #[error("conflict: {what}")]
    Conflict {
        /// What collided.
        what: &'static str,
    },
    /// The thing has changed since the caller read it.
    #[error("the version is not the current one")]
    VersionStale,
    /// There is no such thing.
    #[error("there is no such {what}")]
    NotFound {
        /// What was looked for.
        what: &'static str,
    },
    /// A stored item is not what this version of Weir writes.
    #[error("a stored {what} cannot be read")]
    Corrupt {
        /// What the item should have been.
        what: &'static str,
    },
    /// More than an item holds.
    #[error("the {what} is too large to be stored")]
    TooLarge {
        /// What was to be stored.
        what: &'static str,
    },
    /// A cursor that was not given out here.
    #[error("the cursor is not valid")]
    InvalidCursor,
}

/// What stood between the store and the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// More requests than the table or one of its partitions takes.
    Throttled,
    /// No answer in time.
    TimedOut,
    /// No connection.
    Unreachable,
    /// Too many writers at the same item.
    Contended,
    /// The database refused or failed.
    Failed,
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Throttled => "throttled",
            Self::TimedOut => "timed out",
            Self::Unreachable => "unreachable",
            Self::Contended => "contended",
            Self::Failed => "failed",
        })
    }
}

impl StoreError {
    /// Whether the same call may succeed later.
    pub const fn is_unavailable(&self) -> bool {
        matches!(self, Self::Unavailable { .. })
    }

    /// What the SDK gave up with, logged by its code and turned into [`StoreError::Unavailable`].
    pub(crate) fn from_sdk<E>(operation: &'static str, error: &SdkError<E>) -> Self
    where
        E: ProvideErrorMetadata,
    {
        let cause = if is_throttle(error.code()) {
            Cause::Throttled
        } else if let SdkError::TimeoutError(_) = error {
            Cause::TimedOut
        } else if let SdkError::DispatchFailure(failure) = error {
            if failure.is_timeout() {
                Cause::TimedOut
            } else {
                Cause::Unreachable
            }
        } else {
            Cause::Failed
        };
        let code = error.code().unwrap_or_default();
        tracing::warn!(operation, %cause, code, "the database did not do what it was asked");
        Self::Unavailable { operation, cause }
    }
}

/// Whether DynamoDB refused because too much was asked of it.
pub(crate) fn is_throttle(code: Option<&str>) -> bool {
    matches!(
        code,
        Some(
            "ProvisionedThroughputExceededException"
                | "ProvisionedThroughputExceeded"
                | "RequestLimitExceeded"
                | "ThrottlingException"
                | "ThrottlingError"
        )
    )
}
