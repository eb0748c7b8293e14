//! Everything that can become of a query but an answer, as a closed list.
//!
//! Messages say what is wrong, where, and what to do. They name columns and functions of the query;
//! they never repeat stored data.

use std::fmt;

use arrow::error::ArrowError;
use datafusion::error::DataFusionError;
use store::StoreError;

/// A place in the text of a query, both counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The line.
    pub line: u64,
    /// The column, in characters.
    pub column: u64,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// The text is not SQL, or names what there is not.
    #[error("{message}{}", At(*position))]
    Invalid {
        /// What is wrong, and what was expected.
        message: String,
        /// Where.
        position: Option<Position>,
    },
    /// It is SQL that a query may not use.
    #[error("{message}{}", At(*position))]
    NotAllowed {
        /// What may not be used, and what may.
        message: String,
        /// Where.
        position: Option<Position>,
    },
    /// There is no text, or nothing but white space and semicolons.
    #[error("the query is empty")]
    Empty,
    /// The text is longer, or nested deeper, than any that is planned.
    #[error("{0}")]
    TooLarge(String),
    /// A variable is missing, unknown or of the wrong type.
    #[error("variable {name}: {message}")]
    Variable {
        /// Its name.
        name: String,
        /// What is wrong with it.
        message: String,
    },
    /// A join would pair every row of one side with every row of the other.
    #[error(
        "a join pairs every row with every other: join ON an equality, or with a side of one row"
    )]
    UnboundedJoin,
    /// A limit was reached.
    #[error("{0}")]
    Limit(Limit),
    /// The data do not fit what the query does with them, as in a division by zero.
    #[error("{0}")]
    Failed(String),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A fault of ours.
    #[error("{0}")]
    Internal(&'static str),
}

/// A limit that a query reached, with its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Events read.
    Rows(u64),
    /// Stored bytes read.
    Bytes(u64),
    /// Memory, in bytes.
    Memory(u64),
    /// Time, in milliseconds.
    Time(u64),
    /// Rows of the answer.
    AnswerRows(usize),
    /// Bytes of the answer.
    AnswerBytes(usize),
    /// Pages of the answer.
    Pages(usize),
    /// Bytes that a function makes of its arguments.
    Made(u64),
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rows(rows) => write!(
                f,
                "the query reads more than {rows} events: narrow the range of timestamp, or the names"
            ),
            Self::Bytes(bytes) => write!(
                f,
                "the query reads more than {}: narrow the range of timestamp, or the names",
                Size(*bytes)
            ),
            Self::Memory(bytes) => write!(
                f,
                "the query needs more than {} of memory: group by fewer values, sort fewer rows, or narrow the range of timestamp",
                Size(*bytes)
            ),
            Self::Time(millis) => write!(
                f,
                "the query takes longer than {millis} ms: narrow the range of timestamp, or join less"
            ),
            Self::AnswerRows(rows) => write!(
                f,
                "the answer has more than {rows} rows: aggregate them, or set a LIMIT"
            ),
            Self::AnswerBytes(bytes) => write!(
                f,
                "the answer has more than {bytes} bytes: select fewer columns, or set a LIMIT"
            ),
            Self::Made(bytes) => write!(
                f,
                "a function makes more than {} at once of its arguments: give it shorter ones",
                Size(*bytes)
            ),
            Self::Pages(pages) => write!(
                f,
                "the answer has more than {pages} pages: ask for a larger pageSize, or set a LIMIT"
            ),
        }
    }
}

/// Bytes, as people say them.
struct Size(u64);

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MB: u64 = 1024 * 1024;
        match self.0 {
            bytes if bytes < MB => write!(f, "{bytes} bytes"),
            bytes => write!(f, "{} MB", bytes / MB),
        }
    }
}

struct At(Option<Position>);

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            None => Ok(()),
            Some(Position { line, column }) => write!(f, " at line {line}, column {column}"),
        }
    }
}

impl From<QueryError> for DataFusionError {
    fn from(error: QueryError) -> Self {
        Self::External(Box::new(error))
    }
}

impl QueryError {
    /// What a plan failed with while it ran, in a pool of so many bytes.
    pub(crate) fn of_run(error: &DataFusionError, pool: u64) -> Self {
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "the other errors are of another crate"
        )]
        match error.find_root() {
            DataFusionError::External(inner) => match inner.downcast_ref::<Self>() {
                Some(own) => own.clone(),
                None => Self::unforeseen(error),
            },
            DataFusionError::ResourcesExhausted(_) => Self::Limit(Limit::Memory(pool)),
            DataFusionError::ArrowError(arrow, _) => Self::of_arrow(arrow, error),
            DataFusionError::Execution(message) => Self::Failed(first_line(message)),
            _ => Self::unforeseen(error),
        }
    }

    fn of_arrow(arrow: &ArrowError, error: &DataFusionError) -> Self {
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "the other errors are of another crate"
        )]
        match arrow {
            ArrowError::DivideByZero => {
                Self::Failed("a division by zero: guard the divisor with nullif(…, 0)".into())
            }
            ArrowError::ArithmeticOverflow(_) => {
                Self::Failed("a number is too large for its type: cast to double".into())
            }
            ArrowError::CastError(_) | ArrowError::ParseError(_) => Self::Failed(
                "a value cannot be cast to the type that is asked for: try_cast gives NULL instead"
                    .into(),
            ),
            _ => Self::unforeseen(error),
        }
    }

    /// Logged without its text, which may hold data.
    fn unforeseen(error: &DataFusionError) -> Self {
        let error = error.find_root();
        tracing::error!(kind = ?std::mem::discriminant(error), "a query failed unforeseen");
        Self::Internal("the query cannot be run")
    }
}

fn first_line(message: &str) -> String {
    message.lines().next().unwrap_or_default().to_owned()
}
