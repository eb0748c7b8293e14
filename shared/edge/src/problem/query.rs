//! What can be wrong with a query.

use http::StatusCode;

/// Why a query has no answer. Clients switch on the code: it never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueryFault {
    /// The text is not SQL, or names what there is not.
    Invalid,
    /// There is no text.
    Empty,
    /// The text is not in base64, or what is in it is no text.
    Encoding,
    /// It is SQL that may not be used.
    NotAllowed,
    /// The text is too long or nested too deeply.
    TooLarge,
    /// A variable is missing, unknown or of the wrong type.
    Variable,
    /// A join would pair all rows with all.
    UnboundedJoin,
    /// The data do not fit what is done with them.
    Failed,
    /// Too many events would be read.
    Rows,
    /// Too many bytes would be read.
    Bytes,
    /// Too much memory is needed.
    Memory,
    /// It takes too long.
    Time,
    /// The answer is too large.
    Answer,
}

impl QueryFault {
    /// Every fault, in the order of the enum.
    pub const ALL: [Self; 13] = [
        Self::Invalid,
        Self::Empty,
        Self::Encoding,
        Self::NotAllowed,
        Self::TooLarge,
        Self::Variable,
        Self::UnboundedJoin,
        Self::Failed,
        Self::Rows,
        Self::Bytes,
        Self::Memory,
        Self::Time,
        Self::Answer,
    ];

    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Invalid => "invalid_sql",
            Self::Empty => "query_empty",
            Self::Encoding => "invalid_encoding",
            Self::NotAllowed => "sql_not_allowed",
            Self::TooLarge => "sql_too_large",
            Self::Variable => "invalid_variable",
            Self::UnboundedJoin => "unbounded_join",
            Self::Failed => "query_failed",
            Self::Rows => "rows_limit",
            Self::Bytes => "bytes_limit",
            Self::Memory => "memory_limit",
            Self::Time => "time_limit",
            Self::Answer => "answer_limit",
        }
    }

    /// 422 for what the same query met only because of the data: it may pass with fewer of them.
    pub(super) const fn status(self) -> StatusCode {
        match self {
            Self::Invalid
            | Self::Empty
            | Self::Encoding
            | Self::NotAllowed
            | Self::TooLarge
            | Self::Variable
            | Self::UnboundedJoin => StatusCode::BAD_REQUEST,
            Self::Failed | Self::Rows | Self::Bytes | Self::Memory | Self::Time | Self::Answer => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
        }
    }
}
